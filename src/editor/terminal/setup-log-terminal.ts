import * as vscode from 'vscode';
import { isWorking } from '../../instances/life';
import type { Lab } from '../../journey/lab';
import type { Disposable } from '../../ports/disposable';
import { createLogPrinter } from './setup-log-text';

/** One terminal an instance: shows the whole log from its beginning and follows it. */
export function createSetupLogTerminals(lab: Lab): { show(instanceId: string): void } & Disposable {
  const open = new Map<string, vscode.Terminal>();
  const closed = vscode.window.onDidCloseTerminal((terminal) => {
    for (const [id, known] of open) if (known === terminal) open.delete(id);
  });
  return {
    show: (id) => {
      const name = lab.get(id)?.record.name ?? 'instance';
      const terminal =
        open.get(id) ??
        vscode.window.createTerminal({
          name: `Setup: ${name}`,
          iconPath: new vscode.ThemeIcon('output'),
          isTransient: true,
          pty: logPty(lab, id),
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

function logPty(lab: Lab, id: string): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const stop = new AbortController();
  const follow = async () => {
    const show = createLogPrinter(() => isWorking(lab.get(id)?.record.phase ?? { kind: 'planned' }));
    try {
      for await (const piece of lab.setupLog(id, stop.signal)) written.fire(show(piece));
    } catch (error) {
      if (stop.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      written.fire(`\r\n\u001b[31m${message}\u001b[0m\r\n`);
    }
  };
  return {
    onDidWrite: written.event,
    open: () => void follow(),
    close: () => {
      stop.abort();
      written.dispose();
    },
  };
}
