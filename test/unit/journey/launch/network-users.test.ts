import assert from 'node:assert/strict';
import type { Phase } from '../../../../src/instances/phase';
import type { InstanceRecord } from '../../../../src/instances/record';
import { launching } from '../../../../src/journey/stages/launching';
import { terminating } from '../../../../src/journey/stages/terminating';
import { aRecord } from '../../instances/a-record';
import { aPlan } from '../lab-bed';
import { openStageBed, plannedRecord } from '../stage-bed';

const ending: Phase = { kind: 'terminating', since: 0, keepBootVolume: false };

/** A launch that has made the network, and whose instance no list shows yet. */
function aLaunch(changes: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    ...plannedRecord(),
    id: 'another',
    journal: [{ step: 'network', at: 0 }],
    ...changes,
  };
}

/** Ends an instance, and tells what is left. */
async function leftBeside(other: InstanceRecord): Promise<readonly string[]> {
  const mine = aRecord({ phase: ending, journal: [{ step: 'network', at: 0 }] });
  const bed = await openStageBed(mine, { others: () => [other] });
  await bed.memory.cloud.ensureLabNetwork('lab', { tags: {} });
  assert.ok(mine.origin.kind === 'oci');
  bed.memory.add({ id: mine.origin.instanceId ?? '' });
  await bed.run(terminating);
  bed.close();
  return bed.memory.leftovers();
}

describe('The network of an instance that ends', () => {
  it('stays for a launch that is on its way into it', async () => {
    assert.deepEqual(await leftBeside(aLaunch()), ['network']);
  });

  it('stays for an instance that was launched just now, and may not be listed yet', async () => {
    const { origin } = aRecord();
    const phase: Phase = { kind: 'booting', step: '', since: 0 };
    assert.deepEqual(await leftBeside(aLaunch({ origin, phase })), ['network']);
  });

  const others: readonly [what: string, other: InstanceRecord][] = [
    ['ends as well', aLaunch({ phase: ending })],
    [
      'could not be ended',
      aLaunch({ phase: { kind: 'failed', at: 'terminating', message: '', wayOut: [], since: 0 } }),
    ],
    ['is in another region', aLaunch({ origin: { kind: 'oci', plan: aPlan({ region: 'eu-zurich-1' }) } })],
    ['is in another compartment', aLaunch({ origin: { kind: 'oci', plan: aPlan({ compartmentId: 'c' }) } })],
    ['has not begun to make one', aLaunch({ journal: [] })],
    ['is in the list since long: the cloud knows what it uses', aLaunch({ reachedAt: 1 })],
  ];
  for (const [what, other] of others) {
    it(`goes when the only other launch ${what}`, async () => {
      assert.deepEqual(await leftBeside(other), []);
    });
  }

  it('goes when two launches fail at the same time: neither leaves it for the other', async () => {
    const bed = await openStageBed(plannedRecord(['AD-1']));
    bed.memory.refuse('AD-1', { kind: 'outOfCapacity', message: 'No room.' });
    const held = bed.memory.hold('removeLabNetworkIfUnused');
    const failing = bed.run(launching);
    await held.reached;
    assert.deepEqual(await leftBeside({ ...bed.record(), id: 'another' }), []);
    held.letGo();
    await failing;
    bed.close();
  });
});
