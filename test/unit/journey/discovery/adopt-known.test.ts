import assert from 'node:assert/strict';
import { launchTags } from '../../../../src/cloud/tags';
import type { Phase } from '../../../../src/instances/phase';
import type { InstanceRecord } from '../../../../src/instances/record';
import type { ActionOutcome } from '../../../../src/journey/lab';
import { aRecord } from '../../instances/a-record';
import { createFakeClock } from '../fake-clock';
import { aPlan, openLabBed, type LabBed } from '../lab-bed';
import { aPrivateKey } from '../ssh-server';

const launchId = aRecord().id;
const tags = launchTags({ launchId });
const kept = `ssh-key:${launchId}`;

describe('Adopting an instance of a launch that is in the list', () => {
  let bed: LabBed;
  beforeEach(async () => {
    bed = await openLabBed({ clock: createFakeClock() });
    bed.memory.publicIp = undefined;
    await bed.secrets.store(kept, 'its own key');
  });
  afterEach(async () => await bed.close());

  const unanswered = (phase: Phase): InstanceRecord => ({
    ...aRecord({ phase, origin: { kind: 'oci', plan: aPlan() } }),
    ssh: { port: 22, user: 'opc', hostKeys: [], key: { kind: 'secret', secretKey: kept } },
    journal: [
      { step: 'network', at: 0 },
      { step: 'launchInstance', at: 0, retryToken: 'token', availabilityDomain: 'AD-1' },
    ],
  });
  const failed: Phase = {
    kind: 'failed',
    at: 'launching',
    message: 'No answer.',
    wayOut: ['retry'],
    since: 0,
  };

  /** Adopts it, and waits until what follows has ended: it has no address here. */
  const adopt = async (
    instanceId: string,
  ): Promise<{ records: InstanceRecord[]; outcome: ActionOutcome }> => {
    const lab = bed.openWindow();
    const { ended } = await lab.adopt({
      profile: 'DEFAULT',
      region: bed.memory.cloud.region,
      instanceId,
      key: { kind: 'private', privateKeyPem: aPrivateKey() },
    });
    const outcome = await ended;
    return { records: lab.instances.map(({ record }) => record), outcome };
  };
  const made = ({ origin }: InstanceRecord): string | undefined =>
    origin.kind === 'oci' ? origin.instanceId : undefined;

  it('gives it to the launch that got no answer, whose key and network are kept', async () => {
    bed.leave(unanswered(failed));
    bed.memory.add({ id: 'one', freeformTags: tags });
    const { records } = await adopt('one');
    assert.deepEqual(records.map(made), ['one']);
    const [record] = records;
    assert.ok(record?.phase.kind === 'failed' && record.phase.at === 'booting');
    assert.deepEqual(
      record.journal.map(({ step, outcome }) => [step, outcome]),
      [
        ['network', undefined],
        ['launchInstance', 'launched one'],
      ],
    );
    assert.equal(await bed.secrets.get(kept), 'its own key');
  });

  it('gives a second instance of the launch a record of its own', async () => {
    const first = aRecord({ phase: { kind: 'stopped', since: 0 } });
    bed.leave(first);
    bed.memory.add({ id: 'two', freeformTags: tags });
    const { records } = await adopt('two');
    assert.deepEqual(new Set(records.map(made)), new Set([made(first), 'two']));
    assert.equal(await bed.secrets.get(kept), 'its own key');
  });

  it('goes on with it when it has come into the list while the person was choosing', async () => {
    const { origin, ...rest } = aRecord({ phase: { kind: 'notSetUp' } });
    assert.ok(origin.kind === 'oci');
    bed.leave({ ...rest, origin: { ...origin, instanceId: 'one' } });
    bed.memory.add({ id: 'one' });
    const { records, outcome } = await adopt('one');
    assert.deepEqual(records.map(made), ['one']);
    assert.deepEqual(outcome, { kind: 'done' });
  });

  it('opens it with the key that was chosen where its record has none', async () => {
    const { origin, ...rest } = aRecord({ phase: { kind: 'notSetUp' } });
    assert.ok(origin.kind === 'oci');
    bed.leave({ ...rest, origin: { ...origin, instanceId: 'one' } });
    await bed.secrets.delete(kept);
    bed.memory.add({ id: 'one' });
    const { records } = await adopt('one');
    assert.deepEqual(
      records.map(({ ssh }) => ssh.key),
      [{ kind: 'secret', secretKey: kept }],
    );
    assert.equal(typeof (await bed.secrets.get(kept)), 'string');
  });

  it('goes on with the record that has it, before the launch that made it', async () => {
    bed.leave(unanswered(failed));
    const { origin, ...rest } = aRecord({ id: 'second', phase: { kind: 'notSetUp' }, createdAt: 2_000 });
    assert.ok(origin.kind === 'oci');
    bed.leave({ ...rest, origin: { ...origin, instanceId: 'two' } });
    bed.memory.add({ id: 'two', freeformTags: tags });
    const { records } = await adopt('two');
    assert.deepEqual(records.map(made), [undefined, 'two']);
  });
});
