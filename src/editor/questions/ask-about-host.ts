import * as vscode from 'vscode';
import type { Questions } from '../../journey/lab';
import { hostFoundQuestion } from './host-found';
import { hostKeyQuestion } from './host-key-question';

/** Shows a host key that nothing vouches for, or that is another than the known one, and asks whether to trust it. */
export const trustHostKey: Questions['trustHostKey'] = async (instance, shown) => {
  const trust = 'Trust and Connect';
  const { message, detail } = hostKeyQuestion(instance, shown);
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, trust)) === trust;
};

/** Shows what was found on an SSH host and what will be done, and asks whether to add it. */
export const acceptHost: Questions['acceptHost'] = async (host, found) => {
  const add = 'Add Host';
  const { message, detail } = hostFoundQuestion(host, found);
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, add)) === add;
};
