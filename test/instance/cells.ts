import type { CellSink, Execution, ExecutionOutcome, JupyterServer, KernelSession } from '../../src/jupyter';
import { createCellOutputs, openKernelSession } from '../../src/jupyter';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';

let count = 0;

/** Opens a kernel for a notebook of its own, unless another's path and client id are given. */
export function openSession(
  server: JupyterServer,
  clientId: string = crypto.randomUUID(),
  path = `test-${count++}.ipynb`,
): Promise<KernelSession> {
  return openKernelSession({
    server,
    notebook: { path, name: path, clientId },
    clock: systemClock,
    logger: silentLogger,
    pingEveryMs: 500,
    lookEveryMs: 500,
  });
}

/** Shows nothing and answers nothing. */
export const quietSink: CellSink = {
  onOutput: () => undefined,
  onInputRequest: () => Promise.resolve(undefined),
};

/** Sends a cell; what it shows is kept. */
export function startCell(session: KernelSession, code: string, more: Partial<CellSink> = {}) {
  const outputs = createCellOutputs();
  let begin: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const execution: Execution = session.execute(code, {
    ...quietSink,
    onStarted: begin,
    onOutput: (event) => outputs.apply(event),
    ...more,
  });
  const text = () =>
    outputs
      .toNotebook()
      .map((output) => (output.output_type === 'stream' ? output.text : ''))
      .join('');
  return {
    execution,
    started,
    outputs,
    text,
    hasShown: (part: string) =>
      until(() => Promise.resolve(text().includes(part) || undefined), {
        what: part,
        limitMs: 30_000,
        everyMs: 20,
      }),
  };
}

/** Runs a cell to its end. */
export async function runCell(session: KernelSession, code: string, more: Partial<CellSink> = {}) {
  const { execution, outputs } = startCell(session, code, more);
  const outcome: ExecutionOutcome = await execution.done;
  return { outcome, outputs: outputs.toNotebook(), id: execution.id };
}

/** How many of these lines the cell does not show. */
export function linesLost(cell: { text(): string }, expected: readonly string[]): number {
  const lines = new Set(cell.text().split('\n'));
  return expected.filter((line) => !lines.has(line)).length;
}

/** Waits until the session has this state. */
export function seen(session: KernelSession, state: string): Promise<unknown> {
  return until(() => Promise.resolve(session.state === state || undefined), {
    what: `the state ${state}`,
    limitMs: 10_000,
    everyMs: 10,
  });
}
