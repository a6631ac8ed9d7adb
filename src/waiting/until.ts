import type { Clock } from '../ports/clock';
import { systemClock } from '../ports/clock';

/** Thrown when what was waited for did not come within its limit. */
export class TimeLimitReached extends Error {
  override readonly name = 'TimeLimitReached';
  constructor(
    /** What was waited for, in words a person understands: "the public address". */
    readonly what: string,
    readonly limitMs: number,
    /** The last error that the probe met, if it met one that it was told to wait through. */
    override readonly cause?: unknown,
  ) {
    super(`${what}: not within ${describeDuration(limitMs)}`);
  }
}

/** How long and how often to look. */
export interface Waiting {
  /** What is waited for, in words, for the error. */
  readonly what: string;
  /** Milliseconds until {@link TimeLimitReached}. */
  readonly limitMs: number;
  /** Milliseconds between two looks; a function gets the number of looks made so far (from 1). */
  readonly everyMs: number | ((looks: number) => number);
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Looks until `probe` gives something other than `undefined`: the project's one poller.
 * @throws TimeLimitReached after the limit; the signal's reason when aborted; whatever `probe` throws.
 */
export async function until<T>(
  probe: (signal: AbortSignal | undefined) => Promise<T | undefined>,
  { what, limitMs, everyMs, signal, clock = systemClock }: Waiting,
): Promise<T> {
  const end = clock.now() + limitMs;
  for (let looks = 1; ; looks++) {
    signal?.throwIfAborted();
    const found = await probe(signal);
    if (found !== undefined) return found;
    const pause = typeof everyMs === 'number' ? everyMs : everyMs(looks);
    if (clock.now() + pause > end) throw new TimeLimitReached(what, limitMs);
    await clock.sleep(pause, signal);
  }
}

/** Looks like {@link until}, for what may well not come: undefined after the limit. */
export async function lookFor<T>(
  probe: (signal: AbortSignal | undefined) => Promise<T | undefined>,
  waiting: Waiting,
): Promise<T | undefined> {
  try {
    return await until(probe, waiting);
  } catch (error) {
    // Only this wait's own limit: one that the probe waited for is the probe's failure.
    if (error instanceof TimeLimitReached && error.what === waiting.what) return undefined;
    throw error;
  }
}

function describeDuration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} minutes`;
}
