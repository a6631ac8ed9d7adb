import type { Clock } from '../../../src/ports/clock';

/** A clock on which a pause takes no time: `now` jumps ahead by it. */
export interface FakeClock extends Clock {
  /** Lets time pass between two steps of a test. */
  advance(ms: number): void;
}

/** @param start milliseconds since the epoch */
export function createFakeClock(start = Date.UTC(2026, 8, 1)): FakeClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      // Others get their turn, as they would in a real pause.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      now += ms;
    },
  };
}
