import * as vscode from 'vscode';
import { isWorking } from '../../instances/life';
import type { Lab } from '../../journey/lab';
import { createLogPrinter } from './setup-log-text';

/** What the terminal shows: the log from its beginning, followed until the terminal is closed. */
export function setupLogPty(lab: Lab, id: string): vscode.Pseudoterminal {
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
