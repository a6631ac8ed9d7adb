import * as vscode from 'vscode';
import type { Questions } from '../../journey/lab';

/** What the journey asks the person while it goes on. */
export const questions: Questions = {
  trustHostKey: async (instance, { algorithm, fingerprint }) => {
    const trust = 'Trust and Connect';
    const known = instance.ssh.hostKeys;
    const before =
      known.length > 0 ? `\n\nKnown so far:\n${known.map((key) => key.fingerprint).join('\n')}` : '';
    const answer = await vscode.window.showWarningMessage(
      known.length > 0
        ? `${instance.name} shows another host key than before.`
        : `The host key of ${instance.name} could not be compared with its console.`,
      {
        modal: true,
        detail: `${algorithm}\n${fingerprint}${before}\n\nTrust it only if you expect this key. It is asked once.`,
      },
      trust,
    );
    return answer === trust;
  },
  passphrase: async (what, wrongBefore) =>
    await vscode.window.showInputBox({
      title: 'Passphrase',
      prompt: wrongBefore ? `Wrong passphrase for ${what}. Try again.` : `Passphrase of ${what}`,
      password: true,
      ignoreFocusOut: true,
    }),
};
