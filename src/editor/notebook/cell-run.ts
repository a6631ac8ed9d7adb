import type { NotebookCellExecution } from 'vscode';
import type { CellSink, Execution, ExecutionOutcome, OutputEvent } from '../../jupyter';
import type { OutputWriter } from './output-writer';

/** What the editor shows of a run that is over. */
export interface CellSummary {
  readonly executionOrder: number | undefined;
  /** `undefined`: neither tick nor cross. */
  readonly success: boolean | undefined;
  /** Milliseconds since 1970, as `endTime`. */
  readonly startTime: number;
  readonly endTime: number;
}

/** What one run of a cell needs. */
export interface CellRunDeps {
  readonly execution: NotebookCellExecution;
  readonly writer: OutputWriter;
  /** Whether earlier outputs stay (a run that goes on after a reload). */
  readonly keepsOutputs: boolean;
  readonly begin: (sink: CellSink) => Execution;
  /** @param ended aborts when the run does: nobody waits for an answer any more */
  readonly askForInput: (
    prompt: string,
    password: boolean,
    ended: AbortSignal,
  ) => Promise<string | undefined>;
  readonly interrupt: () => Promise<void>;
  readonly onSent: (messageId: string) => void;
  /** Changes what the cell shows, and displays of other cells. */
  readonly apply: (event: OutputEvent) => void;
  readonly applyLate: (event: OutputEvent) => void;
  readonly onEnded: (summary: CellSummary) => void;
}

/** Runs a cell and shows its output while it comes. */
export async function runCell(deps: CellRunDeps): Promise<ExecutionOutcome> {
  const { execution, writer } = deps;
  const ended = new AbortController();
  const startTime = Date.now();
  execution.start(startTime);
  if (!deps.keepsOutputs) writer.clear();
  const run = deps.begin({
    onSent: deps.onSent,
    onStarted: (executionCount) => {
      execution.executionOrder = executionCount;
    },
    onOutput: (event) => {
      deps.apply(event);
      writer.touch();
    },
    onLateOutput: deps.applyLate,
    onInputRequest: async (prompt, password) => {
      const value = await deps.askForInput(prompt, password, ended.signal);
      if (value === undefined && !ended.signal.aborted) await deps.interrupt();
      return value;
    },
  });
  const outcome = await run.done.finally(() => ended.abort());
  const { executionOrder } = execution;
  const end = { executionOrder, success: succeeded(outcome), startTime, endTime: Date.now() };
  deps.onEnded(end);
  try {
    writer.finish(noteOf(outcome));
  } finally {
    // Whatever becomes of its output: a cell that is not ended runs for good, and cannot be run again.
    execution.end(end.success, end.endTime);
  }
  return outcome;
}

/** Whether the cells after it should run. */
export function goesOn(outcome: ExecutionOutcome): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'endedUnseen' && outcome.started);
}

function succeeded(outcome: ExecutionOutcome): boolean | undefined {
  if (outcome.kind === 'ok') return true;
  return ['error', 'unanswered', 'died'].includes(outcome.kind) ? false : undefined;
}

/** What the person must know besides the output, in a sentence. */
function noteOf(outcome: ExecutionOutcome): string | undefined {
  switch (outcome.kind) {
    case 'ok':
    case 'error':
      return outcome.outputMayBeMissing
        ? 'The connection dropped while this cell ran: some of its output may be missing here.'
        : undefined;
    case 'endedUnseen':
      return outcome.started
        ? 'This cell ended while the connection was down: its last output and whether it went well are not known here.'
        : 'The connection dropped as this cell was sent: it may not have run. Run it again if that does no harm.';
    case 'unanswered':
      return 'The kernel gave no answer to this cell: it was interrupted just as the cell began or ended, or restarted elsewhere.';
    case 'restarted':
      return 'The kernel was restarted while this cell ran.';
    case 'died':
      return outcome.message;
    case 'dropped':
    case 'detached':
      return undefined;
  }
}
