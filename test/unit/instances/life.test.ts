import assert from 'node:assert/strict';
import { ImpossibleMove, isUnreachedLaunch, mayFollow, move } from '../../../src/instances/life';
import { aRecord } from './a-record';

describe('the life of an instance', () => {
  it('leads from planned to ready step by step', () => {
    const path = ['planned', 'launching', 'booting', 'connecting', 'settingUp', 'ready'] as const;
    path.slice(1).forEach((to, index) => {
      const from = path[index];
      assert.ok(from !== undefined && mayFollow(from, to), `${String(from)} → ${to}`);
    });
  });

  it('does not come back from terminated', () => {
    assert.throws(() => move({ kind: 'terminated', since: 0 }, { kind: 'ready', since: 1 }), ImpossibleMove);
  });

  it('may find the instance stopped or terminated at any time, because others can do that', () => {
    assert.ok(mayFollow('settingUp', 'terminated'));
    assert.ok(mayFollow('ready', 'stopped'));
  });

  it('does not set up what was never connected', () => {
    assert.equal(mayFollow('launching', 'settingUp'), false);
  });
});

describe('Cancelling takes everything back', () => {
  const connecting = { kind: 'connecting', step: 'Logging in', since: 0 } as const;

  it('until the first login, so that is asked about before', () => {
    assert.ok(isUnreachedLaunch(aRecord({ phase: connecting })));
    assert.ok(!isUnreachedLaunch(aRecord({ phase: connecting, reachedAt: 1 })));
  });

  it('never on a host of the person’s own', () => {
    assert.ok(!isUnreachedLaunch(aRecord({ phase: connecting, origin: { kind: 'ssh' } })));
  });
});
