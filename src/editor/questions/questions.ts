import * as vscode from 'vscode';
import type { Questions } from '../../journey/lab';
import { interruptPick } from './interrupted-pick';

/** What the journey asks the person while it goes on. */
export const questions: Questions = {
  trustHostKey: async (instance, shown) => {
    const { hostKeyQuestion } = await import('./host-key-question');
    const trust = 'Trust and Connect';
    const { message, detail } = hostKeyQuestion(instance, shown);
    const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, trust);
    return answer === trust;
  },
  acceptHost: async (host, found) => {
    const { hostFoundQuestion } = await import('./host-found');
    const add = 'Add Host';
    const { message, detail } = hostFoundQuestion(host, found);
    const answer = await vscode.window.showInformationMessage(message, { modal: true, detail }, add);
    return answer === add;
  },
  ngcKey: async () => await interruptPick(async () => await (await import('./ask-ngc-key')).askNgcKey()),
  passphrase: async (what, wrongBefore) =>
    await interruptPick(() =>
      vscode.window.showInputBox({
        title: 'Passphrase',
        prompt: wrongBefore ? `Wrong passphrase for ${what}. Try again.` : `Passphrase of ${what}`,
        password: true,
        ignoreFocusOut: true,
      }),
    ),
};
