import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Disposable } from '../../ports/disposable';
import { commands, verbOf, type Command } from './commands';
import { contextOf } from './context-of';

const verbs = (commands as readonly Command[])
  .filter(({ fits }) => fits !== undefined)
  .map(({ id }) => verbOf(id));

/** Keeps the context keys of the instances true. Sends only what has changed. */
export function keepContextKeys(lab: Lab): Disposable {
  const sent = new Map<string, boolean>();
  const send = () => {
    for (const [key, value] of contextOf(lab.instances, verbs)) {
      if (sent.get(key) === value) continue;
      sent.set(key, value);
      setContext(key, value);
    }
  };
  send();
  return lab.onDidChange(send);
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
