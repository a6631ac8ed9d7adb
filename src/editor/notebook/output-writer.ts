import type { NotebookCellExecution, NotebookCellOutput } from 'vscode';
import type { CellOutputs, OutputChange } from '../../jupyter';
import type { Logger } from '../../ports/logger';
import { streamItem, toCellOutput, toItems } from './output-items';

/** Writes a cell's outputs to the editor: few writes for many messages, each after the one before. */
export interface OutputWriter {
  /** Something changed: it is shown within about a tenth of a second. */
  touch(): void;
  /** Shows everything; call it before the execution ends. */
  finish(): Promise<void>;
  /** Shows everything through another cell's run: this one's is over, and one of its displays was updated. */
  finishThrough(other: NotebookCellExecution): Promise<void>;
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
  let writing: Promise<void> = Promise.resolve();
  let execution = own;
  let timer: NodeJS.Timeout | undefined;

  const write = async (change: OutputChange) => {
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

  const flush = () => {
    timer = undefined;
    writing = writing
      .then(async () => {
        for (const change of outputs.takeChanges()) await write(change);
      })
      .catch((error: unknown) => logger.error('a cell output could not be shown', error));
    return writing;
  };

  const finish = async () => {
    clearTimeout(timer);
    await flush();
  };

  return {
    finish,
    touch() {
      timer ??= setTimeout(() => void flush(), everyMs);
    },
    async finishThrough(other) {
      execution = other;
      await finish();
    },
  };
}
