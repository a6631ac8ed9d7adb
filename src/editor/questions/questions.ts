import * as vscode from 'vscode';
import type { Questions } from '../../journey/lab';
import { interruptPick } from './interrupted-pick';

/** What the journey asks the person while it goes on. */
export const questions: Questions = {
  trustHostKey: async (instance, shown) =>
    await (await import('./ask-about-host')).trustHostKey(instance, shown),
  acceptHost: async (host, found) => await (await import('./ask-about-host')).acceptHost(host, found),
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
