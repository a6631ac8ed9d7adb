import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Disposable } from '../../ports/disposable';

/** One terminal an instance: shows the whole log from its beginning and follows it. */
export function createSetupLogTerminals(lab: Lab): { show(instanceId: string): Promise<void> } & Disposable {
  const open = new Map<string, vscode.Terminal>();
  const closed = vscode.window.onDidCloseTerminal((terminal) => {
    for (const [id, known] of open) if (known === terminal) open.delete(id);
  });
  return {
    show: async (id) => {
      const { setupLogPty } = await import('./setup-log-pty');
      const name = lab.get(id)?.record.name ?? 'instance';
      const terminal =
        open.get(id) ??
        vscode.window.createTerminal({
          name: `Setup: ${name}`,
          iconPath: new vscode.ThemeIcon('output'),
          isTransient: true,
          pty: setupLogPty(lab, id),
        });
      open.set(id, terminal);
      terminal.show(true);
    },
    dispose: () => {
      closed.dispose();
      for (const terminal of open.values()) terminal.dispose();
    },
  };
}
