import type { NotebookCell, NotebookController } from 'vscode';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { CellSummary } from './cell-run';
import type { OutputWriter } from './output-writer';

/** Shows output that comes when its cell has ended: a thread that the cell started still prints. */
export interface LateOutputs extends Disposable {
  /** These writers have something new; they are shown within about half a second. */
  show(cell: NotebookCell, end: CellSummary, writers: readonly OutputWriter[]): void;
  /** The cell runs anew: what waits for it is not shown any more. */
  drop(cell: NotebookCell): void;
}

interface Waiting {
  readonly end: CellSummary;
  readonly writers: ReadonlySet<OutputWriter>;
}

/** Milliseconds between two writes: each makes the cell's mark flicker. */
const everyMs = 400;

export function createLateOutputs(deps: {
  readonly controller: NotebookController;
  readonly logger: Logger;
}): LateOutputs {
  const waiting = new Map<NotebookCell, Waiting>();
  let timer: NodeJS.Timeout | undefined;

  /**
   * The editor takes outputs from an execution alone; this one leaves number, times and mark as they were, which a slow
   * window may not have told yet.
   */
  const showNow = (cell: NotebookCell, { end, writers }: Waiting) => {
    const execution = deps.controller.createNotebookCellExecution(cell);
    execution.start(end.startTime);
    execution.executionOrder = end.executionOrder;
    for (const writer of writers) writer.showThrough(execution);
    execution.end(end.success, end.endTime);
  };

  const showAll = () => {
    timer = undefined;
    for (const [cell, late] of waiting) {
      // A cell that was deleted has no place any more.
      if (cell.index < 0) continue;
      try {
        showNow(cell, late);
      } catch (error) {
        deps.logger.warn('late output could not be shown', error);
      }
    }
    waiting.clear();
  };

  return {
    show(cell, end, writers) {
      const known = waiting.get(cell)?.writers ?? [];
      waiting.set(cell, { end, writers: new Set([...known, ...writers]) });
      timer ??= setTimeout(showAll, everyMs);
    },
    drop: (cell) => void waiting.delete(cell),
    dispose: () => clearTimeout(timer),
  };
}
