import type { Clock } from '../ports/clock';
import { backoffMs } from '../waiting/backoff';
import { TimeLimitReached, until } from '../waiting/until';
import { isCloudError, type CloudError, type CloudErrorKind } from './errors';

/** How long a fresh thing may be unknown or busy (milliseconds): 404 right after create, 409 while it settles. */
const settleLimitMs = 60_000;

export interface Settling {
  /** The kinds of error that go away by themselves. */
  readonly kinds: readonly CloudErrorKind[];
  readonly what: string;
  readonly limitMs?: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Repeats `act` while OCI has not settled: lists and lookups lag behind creates, deletes behind what used the thing.
 * @throws the last error of those kinds after the limit; any other error at once; the signal's reason.
 */
export async function eventually<T>(act: () => Promise<T>, settling: Settling): Promise<T> {
  const { kinds, what, limitMs = settleLimitMs, clock, signal } = settling;
  let last: CloudError | undefined;
  try {
    const done = await until(
      async () => {
        try {
          return { value: await act() };
        } catch (error) {
          if (!isCloudError(error, ...kinds)) throw error;
          last = error;
          return undefined;
        }
      },
      {
        what,
        limitMs,
        everyMs: (looks) => backoffMs({ firstMs: 250, factor: 1.6, maxMs: 5_000, jitter: 0.2 }, looks),
        signal,
        clock,
      },
    );
    return done.value;
  } catch (error) {
    if (error instanceof TimeLimitReached && last !== undefined) throw last;
    throw error;
  }
}
