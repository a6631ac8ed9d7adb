import assert from 'node:assert/strict';
import type { Clock } from '../../../src/ports/clock';
import { backoffMs } from '../../../src/waiting/backoff';
import { TimeLimitReached, until } from '../../../src/waiting/until';

/** A clock whose sleeps take no time. */
function quickClock(): Clock & { slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

describe('until', () => {
  it('looks until there is something', async () => {
    const clock = quickClock();
    let looks = 0;
    const found = await until(() => Promise.resolve(++looks === 3 ? 'here' : undefined), {
      what: 'the address',
      limitMs: 1000,
      everyMs: 100,
      clock,
    });
    assert.equal(found, 'here');
    assert.deepEqual(clock.slept, [100, 100]);
  });

  it('gives up at its limit and names what was waited for', async () => {
    await assert.rejects(
      until(() => Promise.resolve(undefined), {
        what: 'port 22',
        limitMs: 1000,
        everyMs: 300,
        clock: quickClock(),
      }),
      (error: unknown) => error instanceof TimeLimitReached && error.message === 'port 22: not within 1 s',
    );
  });

  it('ends at once when cancelled', async () => {
    const reason = new Error('cancelled');
    await assert.rejects(
      until(() => Promise.resolve(undefined), {
        what: 'anything',
        limitMs: 1000,
        everyMs: 1,
        signal: AbortSignal.abort(reason),
      }),
      reason,
    );
  });
});

describe('backoff', () => {
  it('grows by its factor up to its maximum', () => {
    const backoff = { firstMs: 500, factor: 2, maxMs: 3000 };
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((attempt) => backoffMs(backoff, attempt)),
      [500, 1000, 2000, 3000, 3000],
    );
  });

  it('takes its jitter from the share that is random', () => {
    assert.equal(
      backoffMs({ firstMs: 1000, factor: 1, maxMs: 1000, jitter: 0.5 }, 1, () => 0),
      500,
    );
  });
});
