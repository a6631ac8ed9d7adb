import assert from 'node:assert/strict';
import { fitting } from '../../../src/editor/commands/commands';
import { canCancel } from '../../../src/editor/progress/can-cancel';
import type { Phase } from '../../../src/instances/phase';
import { gpuInstance, noon } from './example-views';

const since = noon;
const step = '';
const failed = { kind: 'failed', message: '', wayOut: [], since } as const;

describe('The Cancel of a progress notification', () => {
  const working: readonly Phase[] = [
    { kind: 'planned' },
    { kind: 'launching', step, since },
    { kind: 'booting', step, since },
    { kind: 'connecting', step, since },
    { kind: 'settingUp', step, index: 1, total: 9, since },
    { kind: 'starting', since },
    { kind: 'stopping', since },
    { kind: 'terminating', since, keepBootVolume: false },
  ];
  for (const phase of working) {
    it(`is there while it can be done, and then alone: ${phase.kind}`, () => {
      const fits = fitting('ociGpu.cancel', [gpuInstance(phase)]).length > 0;
      assert.equal(canCancel(phase), fits);
    });
  }

  it('is there, or not, for what has been asked for and begins in a moment', () => {
    assert.ok(!canCancel({ kind: 'stopped', since }), 'Start');
    assert.ok(!canCancel({ ...failed, at: 'terminating', wayOut: [] }), 'Retry of a termination');
    assert.ok(canCancel({ ...failed, at: 'settingUp', wayOut: [] }), 'Retry of a set-up');
    assert.ok(canCancel({ kind: 'ready', since }), 'Set Up');
  });
});
