import { NotebookCellOutput } from 'vscode';
import type { NotebookCellExecution } from 'vscode';
import type { CellOutputs, OutputChange } from '../../jupyter';
import type { Logger } from '../../ports/logger';
import { streamItem, toCellOutput, toItems } from './output-items';

/** Writes a cell's outputs to the editor: few writes for many messages, in their order. */
export interface OutputWriter {
  /** Takes away what earlier runs left. */
  clear(): void;
  /** Something changed: it is shown within about a tenth of a second. */
  touch(): void;
  /**
   * Hands over everything, as the last thing before the execution ends. Nothing need be waited for: the end comes
   * after it, and at once (vscode: `NotebookCellExecution.end` flushes what was asked of the execution).
   * @param note a sentence of ours below the output
   */
  finish(note: string | undefined): void;
  /** One of its displays was updated from elsewhere: where this run is over, that is shown through the other one. */
  showThrough(other: NotebookCellExecution): void;
}

/** Milliseconds between two writes: a person sees no difference, and a loop of prints costs little. */
const everyMs = 80;

/** A writer for one run of a cell. */
export function createOutputWriter(
  own: NotebookCellExecution,
  outputs: CellOutputs,
  logger: Logger,
): OutputWriter {
  const shown = new Map<number, NotebookCellOutput>();
  let execution = own;
  let timer: NodeJS.Timeout | undefined;
  /** The editor has not shown yet what it was given. */
  let isShowing = false;
  let isTouched = false;
  let isOver = false;

  const write = async (change: OutputChange): Promise<void> => {
    switch (change.kind) {
      case 'cleared':
        shown.clear();
        await execution.clearOutput();
        return;
      case 'added': {
        const output = toCellOutput(change.output);
        shown.set(change.key, output);
        await execution.appendOutput(output);
        return;
      }
      case 'replaced': {
        const output = shown.get(change.key);
        if (output) await execution.replaceOutputItems(toItems(change.output), output);
        return;
      }
      case 'appended': {
        const output = shown.get(change.key);
        if (output) await execution.appendOutputItems(streamItem(change.name, change.text), output);
        return;
      }
    }
  };

  /** Resolves when all are shown. */
  const settle = async (writes: readonly Thenable<void>[]): Promise<void> => {
    for (const written of await Promise.allSettled(writes)) {
      if (written.status === 'rejected') logger.error('a cell output could not be shown', written.reason);
    }
  };

  /** All at once: the editor keeps their order. Resolves when they are shown. */
  const handOver = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    isTouched = false;
    await settle(outputs.takeChanges().map(write));
  };

  const touch = (): void => {
    isTouched = true;
    if (!isShowing) timer ??= setTimeout(() => void show(), everyMs);
  };

  /** A slow window gets its next changes when it has shown the last ones. */
  const show = async (): Promise<void> => {
    isShowing = true;
    await handOver();
    isShowing = false;
    if (isTouched) touch();
  };

  return {
    clear: () => void settle([execution.clearOutput()]),
    touch,
    finish(note) {
      isOver = true;
      void handOver();
      if (note === undefined) return;
      const told = new NotebookCellOutput([streamItem('stderr', `${note}\n`)]);
      void settle([execution.appendOutput(told)]);
    },
    showThrough(other) {
      // A run that goes on needs its own: the other's may end before it.
      if (!isOver) {
        touch();
        return;
      }
      execution = other;
      void handOver();
    },
  };
}
