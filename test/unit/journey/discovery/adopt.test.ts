import assert from 'node:assert/strict';
import type { Instance } from '../../../../src/cloud/types';
import type { Begun, Lab } from '../../../../src/journey/lab';
import { createFakeClock } from '../fake-clock';
import { openLabBed, type LabBed } from '../lab-bed';
import { aPrivateKey } from '../ssh-server';

describe('An instance that is adopted', () => {
  let bed: LabBed;
  let lab: Lab;
  beforeEach(async () => {
    bed = await openLabBed({ clock: createFakeClock() });
    lab = bed.openWindow();
  });
  afterEach(async () => await bed.close());

  const adopt = async (lifecycleState: Instance['lifecycleState']): Promise<Begun> => {
    bed.memory.add({ id: 'theirs', name: 'their-trainer', lifecycleState });
    const key = { kind: 'private', privateKeyPem: aPrivateKey() } as const;
    return await lab.adopt({
      profile: 'DEFAULT',
      region: bed.memory.cloud.region,
      instanceId: 'theirs',
      key,
    });
  };

  it('is in the list with its key and what the cloud says of it, and nothing of it is changed', async () => {
    const { id, ended } = await adopt('STOPPED');
    assert.deepEqual(await ended, { kind: 'done' });
    const { name, origin, phase, ssh } = lab.get(id)?.record ?? assert.fail('not in the list');
    assert.equal(name, 'their-trainer');
    assert.equal(phase.kind, 'stopped');
    assert.ok(origin.kind === 'oci' && origin.instanceId === 'theirs' && origin.foundBy === 'adoption');
    assert.equal(origin.networkSecurityGroupId, undefined, 'its rules are the person’s own');
    assert.deepEqual(ssh.key, { kind: 'secret', secretKey: `ssh-key:${id}` });
    assert.deepEqual(bed.memory.changes, []);
  });

  it('that cannot be reached leaves the list, and is not offered to be terminated', async () => {
    const { id, ended } = await adopt('PROVISIONING');
    assert.equal((await ended).kind, 'failed');
    const phase = lab.get(id)?.record.phase;
    assert.ok(phase?.kind === 'failed');
    assert.deepEqual(phase.wayOut, ['retry', 'forget']);
    await lab.forget(id);
    await lab.refresh();
    assert.deepEqual(lab.instances, []);
    assert.deepEqual(bed.secrets.keys, []);
    assert.deepEqual(bed.memory.changes, []);
  });

  it('that is not there any more is not taken into the list', async () => {
    const gone = { profile: 'DEFAULT', region: bed.memory.cloud.region, instanceId: 'gone', key: undefined };
    await assert.rejects(lab.adopt(gone), /OCI found nothing there/);
    assert.deepEqual(lab.instances, []);
  });
});
