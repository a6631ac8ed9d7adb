import assert from 'node:assert/strict';
import { fitting } from '../../../src/editor/commands/commands';
import { canCancel } from '../../../src/editor/progress/can-cancel';
import type { Phase } from '../../../src/instances/phase';
import { gpuInstance, noon } from './example-views';

const since = noon;
const step = '';
const failed = { kind: 'failed', message: '', wayOut: [], since } as const;

describe('The Cancel of a progress notification', () => {
  const working: readonly (readonly [phase: Phase, canBeDone: boolean])[] = [
    [{ kind: 'planned' }, true],
    [{ kind: 'launching', step, since }, true],
    [{ kind: 'booting', step, since }, true],
    [{ kind: 'connecting', step, since }, true],
    [{ kind: 'settingUp', step, index: 1, total: 9, since }, true],
    [{ kind: 'starting', since }, false],
    [{ kind: 'stopping', since }, false],
    [{ kind: 'terminating', since, keepBootVolume: false }, false],
  ];
  for (const [phase, canBeDone] of working) {
    it(`is there while it can be done, and then alone: ${phase.kind}`, () => {
      const fits = fitting('ociGpu.cancel', [gpuInstance(phase)]).length > 0;
      assert.equal(fits, canBeDone);
      assert.equal(canCancel(phase), canBeDone);
    });
  }

  it('is there, or not, for what has been asked for and begins in a moment', () => {
    assert.ok(!canCancel({ kind: 'stopped', since }), 'Start');
    assert.ok(!canCancel({ ...failed, at: 'terminating', wayOut: [] }), 'Retry of a termination');
    assert.ok(canCancel({ ...failed, at: 'settingUp', wayOut: [] }), 'Retry of a set-up');
    assert.ok(canCancel({ kind: 'ready', since }), 'Set Up');
  });
});
