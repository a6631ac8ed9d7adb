import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import { fitting } from '../commands/commands';

/** Offers a shell on an instance among the terminal profiles. */
export function registerShellProfile(lab: Lab): vscode.Disposable {
  return vscode.window.registerTerminalProfileProvider('ociGpu.shell', {
    provideTerminalProfile: async () => {
      const [{ pickInstance }, { shellOptions }] = await Promise.all([
        import('../commands/pick-instance'),
        import('./shell-terminal'),
      ]);
      const view = await pickInstance('ociGpu.openShell', lab, undefined, Date.now());
      if (view) return new vscode.TerminalProfile(shellOptions(lab, view.record.id));
      if (fitting('ociGpu.openShell', lab.instances).length === 0) {
        void vscode.window.showInformationMessage('No instance can be reached yet.');
      }
      return undefined;
    },
  });
}
