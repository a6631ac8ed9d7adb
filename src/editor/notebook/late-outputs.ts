import type { NotebookCell, NotebookController } from 'vscode';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { OutputWriter } from './output-writer';

/** Shows output that comes when its cell has ended: a thread that the cell started still prints. */
export interface LateOutputs extends Disposable {
  /** These writers have something new; they are shown within about half a second. */
  show(cell: NotebookCell, writers: readonly OutputWriter[]): void;
  /** The cell runs anew: what waits for it is not shown any more. */
  drop(cell: NotebookCell): void;
}

/** Milliseconds between two writes: each makes the cell's mark flicker. */
const everyMs = 400;

export function createLateOutputs(deps: {
  readonly controller: NotebookController;
  readonly logger: Logger;
}): LateOutputs {
  const waiting = new Map<NotebookCell, Set<OutputWriter>>();
  let timer: NodeJS.Timeout | undefined;

  /** The editor takes outputs from an execution alone; this one leaves number, times and mark as they were. */
  const showNow = (cell: NotebookCell, writers: Iterable<OutputWriter>) => {
    const { executionOrder, timing, success } = cell.executionSummary ?? {};
    const execution = deps.controller.createNotebookCellExecution(cell);
    execution.start(timing?.startTime);
    execution.executionOrder = executionOrder;
    for (const writer of writers) writer.finishThrough(execution);
    execution.end(success, timing?.endTime);
  };

  const showAll = () => {
    timer = undefined;
    for (const [cell, writers] of waiting) {
      // A cell that was deleted has no place any more.
      if (cell.index < 0) continue;
      try {
        showNow(cell, writers);
      } catch (error) {
        deps.logger.warn('late output could not be shown', error);
      }
    }
    waiting.clear();
  };

  return {
    show(cell, writers) {
      const known = waiting.get(cell) ?? new Set();
      for (const writer of writers) known.add(writer);
      waiting.set(cell, known);
      timer ??= setTimeout(showAll, everyMs);
    },
    drop: (cell) => void waiting.delete(cell),
    dispose: () => clearTimeout(timer),
  };
}
