import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { Execution } from './execution';
import type { JupyterServer } from './server';

/**
 * Looks after the running cell: a kernel that the server calls idle in two looks has no cell any more, though none
 * ended here. Another client restarted it, which nobody is told of, or its last words were lost.
 *
 * `onLost` is called ever more rarely for one cell, since the server takes the answer to another client's question
 * for idleness too; but not once alone, since what it asks can get lost as well.
 */
export function watchForLostCell(deps: {
  readonly server: Pick<JupyterServer, 'kernel'>;
  readonly kernelId: string;
  /** Milliseconds between two looks while a cell runs. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly running: () => Execution | undefined;
  readonly onLost: (cell: Execution) => void;
}): void {
  const { server, kernelId, clock, logger, signal } = deps;

  const isIdle = async (): Promise<boolean> => {
    try {
      return (await server.kernel(kernelId, signal))?.execution_state === 'idle';
    } catch (error) {
      logger.debug('the kernel of a running cell could not be looked at', error);
      return false;
    }
  };

  const watch = async (): Promise<void> => {
    let suspect: Execution | undefined;
    let looks = 0;
    for (;;) {
      await clock.sleep(deps.everyMs, signal);
      const cell = deps.running();
      const isSuspect = cell !== undefined && (await isIdle());
      looks = isSuspect && cell === suspect ? looks + 1 : 0;
      suspect = isSuspect ? cell : undefined;
      if (suspect && isPowerOfTwo(looks)) deps.onLost(suspect);
    }
  };
  watch().catch((error: unknown) => {
    if (!signal.aborted) logger.error('the running cell is not looked after any more', error);
  });
}

function isPowerOfTwo(n: number): boolean {
  return n > 0 && Number.isInteger(Math.log2(n));
}
