import assert from 'node:assert/strict';
import { costSoFar } from '../../../src/instances/cost';
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
    const record = aRecord({ phase: { kind: 'stopped', since: hour } });
    assert.equal(record.origin.kind, 'oci');
    const paused = {
      ...record,
      origin: { ...record.origin, plan: { ...record.origin.plan, billedWhenStopped: false } },
    };
    const cost = costSoFar(paused, 3 * hour);
    assert.equal(cost?.usd, 5.9);
    assert.equal(cost.running, false);
  });

  it('stops with termination', () => {
    const cost = costSoFar(aRecord({ phase: { kind: 'terminated', since: hour } }), 9 * hour);
    assert.equal(cost?.usd, 5.9);
  });

  it('is unknown for an SSH host', () => {
    assert.equal(costSoFar(aRecord({ origin: { kind: 'ssh' } }), hour), undefined);
  });
});
