import type { Clock } from '../ports/clock';
import { JupyterCallFailed } from './errors';
import type { JupyterServer } from './server';

/** Milliseconds for a kernel that the server starts by itself to answer, before it is asked for another. */
const replacementLimitMs = 10_000;
/** Milliseconds for a restart that another one met: the server starts a process well within it. */
const againAfterMs = 2000;

/**
 * Asks the server to restart a kernel, so that no two restarts meet there. Jupyter Server does not keep them apart: it
 * starts two processes on the same ports, one of them owned by nobody, or ends with none (seen with 2.21).
 */
export interface RestartRequests {
  /**
   * The server starts a kernel in place of one that died; `over` settles when that kernel answers or never will.
   * @param isFresh whether no cell can have reached it
   */
  noteReplacement(over: Promise<void>, isFresh: boolean): void;
  /**
   * Waits for the kernel that the server starts by itself, if it does.
   * @returns whether it came in time, and fresh: then there is nothing to ask for
   */
  replaced(signal?: AbortSignal): Promise<boolean>;
  /** Asks, after every request before. @throws when the server fails at it twice */
  send(signal?: AbortSignal): Promise<void>;
}

export function createRestartRequests(deps: {
  readonly server: Pick<JupyterServer, 'restart'>;
  readonly kernelId: string;
  readonly clock: Clock;
}): RestartRequests {
  const { server, kernelId, clock } = deps;
  let replacement: Promise<boolean> | undefined;
  let last: Promise<void> = Promise.resolve();

  const ask = async (signal?: AbortSignal): Promise<void> => {
    try {
      await server.restart(kernelId, signal);
    } catch (error) {
      if (!(error instanceof JupyterCallFailed) || error.httpStatus < 500) throw error;
      // It may have met the server's own restart, of which nobody had heard here yet.
      await clock.sleep(againAfterMs, signal);
      await server.restart(kernelId, signal);
    }
  };

  return {
    noteReplacement(over, isFresh) {
      const mine = over.then(
        () => isFresh,
        () => false,
      );
      replacement = mine;
      void mine.then(() => {
        if (replacement === mine) replacement = undefined;
      });
    },
    async replaced(signal) {
      if (!replacement) return false;
      const waited = new AbortController();
      const stop = signal ? AbortSignal.any([signal, waited.signal]) : waited.signal;
      const limit = clock.sleep(replacementLimitMs, stop).then(() => false);
      try {
        return await Promise.race([replacement, limit]);
      } finally {
        waited.abort();
        // When the kernel was first, nobody waits for the limit any more.
        limit.catch(() => undefined);
      }
    },
    async send(signal) {
      const mine = last.then(() => ask(signal));
      last = mine.catch(() => undefined);
      await mine;
    },
  };
}
