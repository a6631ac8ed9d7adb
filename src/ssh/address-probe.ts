import { Socket } from 'node:net';
import type { Clock } from '../ports/clock';
import { until } from '../waiting/until';

/** What a single try to connect found. `refused`: the host is there, the port is closed. */
export type PortAnswer = 'open' | 'refused' | 'timeout' | 'unreachable';

/** Tries one TCP connection. Never throws, but the signal's reason when aborted. */
export async function probePort(
  host: string,
  port: number,
  limitMs: number,
  signal?: AbortSignal,
): Promise<PortAnswer> {
  signal?.throwIfAborted();
  const socket = new Socket();
  let aborted = (): void => undefined;
  try {
    return await new Promise<PortAnswer>((resolve, reject) => {
      socket.setTimeout(limitMs, () => resolve('timeout'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(answerOf(error)));
      aborted = () => reject(signal?.reason as Error);
      signal?.addEventListener('abort', aborted, { once: true });
      socket.connect(port, host, () => resolve('open'));
    });
  } finally {
    signal?.removeEventListener('abort', aborted);
    socket.destroy();
  }
}

/**
 * Waits until a TCP port takes connections.
 * @param onAnswer told of each try that failed: `timeout` for minutes on a running machine usually means a closed
 *   security list, `refused` that it is still booting.
 * @throws TimeLimitReached after `limitMs` (default 5 minutes).
 */
export async function waitForPort(
  host: string,
  port: number,
  options: {
    signal?: AbortSignal | undefined;
    clock?: Clock;
    limitMs?: number;
    everyMs?: number;
    onAnswer?: (answer: Exclude<PortAnswer, 'open'>) => void;
  } = {},
): Promise<void> {
  const { signal, clock, limitMs = 300_000, everyMs = 2_000, onAnswer } = options;
  await until(
    async () => {
      const answer = await probePort(host, port, 5_000, signal);
      if (answer === 'open') return true;
      onAnswer?.(answer);
      return undefined;
    },
    { what: `Port ${port} of ${host}`, limitMs, everyMs, signal, clock },
  );
}

function answerOf(error: NodeJS.ErrnoException): PortAnswer {
  if (error.code === 'ECONNREFUSED') return 'refused';
  return error.code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}
