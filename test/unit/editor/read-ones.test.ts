import assert from 'node:assert/strict';
import { readOnes } from '../../../src/editor/commands/read-ones';

describe('The instances of several compartments', () => {
  const refused = new Error('not allowed');

  it('are listed as far as they can be read, and the rest is told', async () => {
    const told: unknown[] = [];
    const answers = await Promise.allSettled([Promise.resolve('a'), Promise.reject(refused)]);
    assert.deepEqual(
      readOnes(answers, (reason) => told.push(reason)),
      ['a'],
    );
    assert.deepEqual(told, [refused]);
  });

  it('fail with the reason when none can be read', async () => {
    const answers = await Promise.allSettled([Promise.reject(refused)]);
    assert.throws(() => readOnes(answers, () => undefined), refused);
  });
});
