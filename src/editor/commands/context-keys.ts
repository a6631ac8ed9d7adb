import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import { commands, verbOf, type Command } from './commands';
import { contextOf } from './context-of';

const verbs = (commands as readonly Command[]).filter(({ fits }) => fits !== undefined).map(({ id }) => verbOf(id));

/** Keeps the context keys true. Sends only what has changed. */
export function keepContextKeys(lab: Lab): vscode.Disposable {
  const sent = new Map<string, boolean>();
  const send = () => {
    for (const [key, value] of contextOf(lab.instances, verbs)) {
      if (sent.get(key) === value) continue;
      sent.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  send();
  return lab.onDidChange(send);
}
