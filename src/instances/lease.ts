import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disposable, Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';

/**
 * The right to act on one instance. One window holds it at a time; the others follow the record.
 * It is kept alive by a heartbeat and taken over when the heartbeat has stopped (the window crashed).
 */
export interface Lease extends Disposable {
  /** Fires when the lease was lost, for example after the machine slept and another window took over. */
  readonly onLost: Event<void>;
  release(): Promise<void>;
}

/** Times in milliseconds. */
export interface LeaseTimes {
  readonly staleMs: number;
  readonly heartbeatMs: number;
}

/** A laptop that naps for less than this keeps its lease; a crashed window is replaced after it. */
export const leaseTimes: LeaseTimes = { staleMs: 15_000, heartbeatMs: 5_000 };

/**
 * Tries once to get the lease of the record `id`.
 * @returns undefined while another window holds it
 */
export async function acquireLease(
  folder: string,
  id: string,
  times: LeaseTimes = leaseTimes,
): Promise<Lease | undefined> {
  const { lock } = await import('./lock-file');
  const lost = new EventSource<void>();
  await mkdir(folder, { recursive: true });
  try {
    const release = await lock(join(folder, id), {
      realpath: false,
      lockfilePath: join(folder, `${id}.lease`),
      stale: times.staleMs,
      update: times.heartbeatMs,
      retries: 0,
      onCompromised: () => lost.fire(),
    });
    let released = false;
    const releaseOnce = async (): Promise<void> => {
      if (released) return;
      released = true;
      // A lease that was taken over is not ours to release any more.
      await release().catch(() => undefined);
    };
    return { onLost: lost.event, release: releaseOnce, dispose: () => void releaseOnce() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
    throw error;
  }
}
