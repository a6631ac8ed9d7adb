import assert from 'node:assert/strict';
import type { Execution } from '../../../src/jupyter/execution';
import { watchForLostCell } from '../../../src/jupyter/lost-cell';
import { silentLogger } from '../../../src/ports/logger';

/** Looks `looks` times. @returns the numbers of the looks after which the cell was called lost */
async function lostAfter(looks: number, isIdle: (look: number) => boolean): Promise<number[]> {
  const cell = {} as Execution;
  const lost: number[] = [];
  const over = new AbortController();
  let look = 0;
  await new Promise<void>((resolve) => {
    watchForLostCell({
      server: {
        kernel: () =>
          Promise.resolve({
            id: 'one',
            name: 'python3',
            execution_state: isIdle(look) ? 'idle' : 'busy',
            last_activity: '',
            connections: 1,
          }),
      },
      kernelId: 'one',
      everyMs: 1,
      clock: {
        now: () => 0,
        sleep: async (_ms, signal) => {
          await new Promise((turn) => setImmediate(turn));
          if (look++ === looks) {
            over.abort();
            resolve();
          }
          signal?.throwIfAborted();
        },
      },
      logger: silentLogger,
      signal: over.signal,
      running: () => cell,
      onLost: () => void lost.push(look),
    });
  });
  return lost;
}

describe('A cell that runs', () => {
  it('is asked about when the kernel was idle in two looks, and again ever more rarely: what asks can get lost', async () => {
    assert.deepEqual(await lostAfter(18, () => true), [2, 3, 5, 9, 17]);
  });

  it('is left alone when the kernel is busy every other time', async () => {
    assert.deepEqual(await lostAfter(18, (look) => look % 2 === 0), []);
  });
});
