import assert from 'node:assert/strict';
import { costSoFar, withStopCounted } from '../../../src/instances/cost';
import type { Phase } from '../../../src/instances/phase';
import type { InstanceRecord } from '../../../src/instances/record';
import { aRecord } from './a-record';

const hour = 3_600_000;

describe('what an instance has cost so far', () => {
  it('grows with the hours since the cloud started it', () => {
    const cost = costSoFar(aRecord(), 2 * hour);
    assert.equal(cost?.usd, 11.8);
    assert.equal(cost.running, true);
  });

  it('goes on while stopped for a shape that is billed when stopped', () => {
    const cost = costSoFar(aRecord({ phase: { kind: 'stopped', since: hour } }), 3 * hour);
    assert.equal(Math.round((cost?.usd ?? 0) * 100), 1770);
    assert.equal(cost?.running, true);
  });

  it('stands still while stopped for an A10, whose billing pauses', () => {
    const paused = notBilledWhenStopped(aRecord({ phase: { kind: 'stopped', since: hour } }));
    const cost = costSoFar(paused, 3 * hour);
    assert.equal(cost?.usd, 5.9);
    assert.equal(cost.running, false);
  });

  it('leaves out every stop of such a shape, also when it runs again, or was terminated while stopped', () => {
    const stopped = notBilledWhenStopped(aRecord({ phase: { kind: 'stopped', since: hour } }));
    const again = withStopCounted(stopped, { ...stopped, phase: { kind: 'starting', since: 3 * hour } });
    assert.equal(costSoFar(again, 4 * hour)?.usd, 11.8);
    const second = withStopCounted(
      { ...again, phase: { kind: 'stopped', since: 4 * hour } },
      { ...again, phase: { kind: 'terminated', since: 9 * hour } },
    );
    assert.equal(costSoFar(second, 20 * hour)?.usd, 11.8);
  });

  it('stands still while such a shape cannot be started, and leaves that stop out as well', () => {
    const paused = notBilledWhenStopped(aRecord({ phase: { kind: 'stopped', since: hour } }));
    const then = (record: InstanceRecord, phase: Phase) => withStopCounted(record, { ...record, phase });
    const starting = then(paused, { kind: 'starting', since: 2 * hour });
    const refused = then(starting, {
      kind: 'failed',
      at: 'starting',
      message: 'Oracle has no free machine.',
      wayOut: ['retry'],
      since: 3 * hour,
      isStopped: true,
    });
    const cost = costSoFar(refused, 9 * hour);
    assert.deepEqual([cost?.usd, cost?.running], [5.9, false]);
    const seenStopped = then(refused, { kind: 'stopped', since: 5 * hour });
    const again = then(seenStopped, { kind: 'starting', since: 9 * hour });
    assert.equal(costSoFar(again, 10 * hour)?.usd, 11.8);
  });

  it('goes on when it is not known whether such a shape has started', () => {
    const unknown: Phase = { kind: 'failed', at: 'starting', message: 'No answer.', wayOut: [], since: hour };
    assert.equal(costSoFar(notBilledWhenStopped(aRecord({ phase: unknown })), 2 * hour)?.running, true);
  });

  it('is at most that, where an end was only noticed, or a stop of such a shape', () => {
    const atMost = (record: InstanceRecord) => costSoFar(record, 9 * hour)?.atMost;
    assert.equal(atMost(aRecord({ phase: { kind: 'terminated', since: hour, elsewhere: true } })), true);
    assert.equal(atMost(aRecord({ phase: { kind: 'terminated', since: hour } })), false);
    const noticed = aRecord({ phase: { kind: 'stopped', since: hour, elsewhere: true } });
    assert.equal(atMost(noticed), false, 'it is billed on');
    const paused = notBilledWhenStopped(noticed);
    assert.equal(atMost(paused), true);
    const again = withStopCounted(paused, { ...paused, phase: { kind: 'starting', since: 2 * hour } });
    assert.equal(atMost(again), true, 'also when it runs again');
  });

  it('stops with termination', () => {
    const cost = costSoFar(aRecord({ phase: { kind: 'terminated', since: hour } }), 9 * hour);
    assert.equal(cost?.usd, 5.9);
  });

  it('is unknown for an SSH host', () => {
    assert.equal(costSoFar(aRecord({ origin: { kind: 'ssh' } }), hour), undefined);
  });
});

function notBilledWhenStopped(record: InstanceRecord): InstanceRecord {
  if (record.origin.kind !== 'oci') throw new Error('not an instance');
  return {
    ...record,
    origin: { ...record.origin, plan: { ...record.origin.plan, billedWhenStopped: false } },
  };
}
