import assert from 'node:assert/strict';
import { launchTags } from '../../../../src/cloud/tags';
import type { Lab } from '../../../../src/journey/lab';
import { aPrivateKey } from '../ssh-server';
import { aPlan, openLabBed, type LabBed } from '../lab-bed';
import { createFakeClock } from '../fake-clock';

describe('A boot volume that was kept', () => {
  let bed: LabBed;
  let lab: Lab;
  let id: string;
  beforeEach(async () => {
    bed = await openLabBed({ clock: createFakeClock() });
    bed.memory.publicIp = undefined;
    lab = bed.openWindow();
    const begun = await lab.launch(aPlan({ bootVolumeSizeInGBs: 50 }), {
      kind: 'private',
      privateKeyPem: aPrivateKey(),
    });
    ({ id } = begun);
    await begun.ended;
    await lab.terminate(id, { keepBootVolume: true });
    assert.equal(bed.memory.leftovers().length, 1, 'it is billed');
  });
  afterEach(async () => await bed.close());

  const keptDisk = () => {
    const phase = lab.get(id)?.record.phase;
    return phase?.kind === 'terminated' ? phase.keptBootVolumeId : undefined;
  };

  it('is known with its real size, which says what it costs', () => {
    const origin = lab.get(id)?.record.origin;
    assert.equal(origin?.kind === 'oci' ? origin.plan.bootVolumeSizeInGBs : undefined, 200);
  });

  for (const [what, act] of [
    ['Terminate with the disk', () => lab.terminate(id, { keepBootVolume: false })],
    ['Cancel', () => lab.cancel(id)],
  ] as const) {
    it(`is not forgotten by a ${what} that follows when the network could not be removed`, async () => {
      const begun = await lab.launch(aPlan(), { kind: 'private', privateKeyPem: aPrivateKey() });
      ({ id } = begun);
      await begun.ended;
      bed.memory.fail('removeLabNetworkIfUnused', 'service');
      await lab.terminate(id, { keepBootVolume: true });
      bed.memory.fail('removeLabNetworkIfUnused');
      await act();
      assert.notEqual(keptDisk(), undefined);
    });
  }

  it('is deleted with the key that opened it, and is told of no more', async () => {
    assert.deepEqual(await lab.deleteBootVolume(id), { kind: 'done' });
    assert.deepEqual(bed.memory.leftovers(), []);
    assert.deepEqual(bed.secrets.keys, []);
    assert.equal(keptDisk(), undefined);
  });

  it('is found again when its record is gone, and can be deleted then', async () => {
    const disk = keptDisk();
    await lab.refresh();
    assert.equal(lab.instances.length, 1, 'it is known');
    await lab.forget(id);
    await lab.refresh();
    await lab.refresh();
    assert.equal(lab.instances.length, 1);
    assert.equal(keptDisk(), disk);
    const origin = lab.get(id)?.record.origin;
    assert.ok(origin?.kind === 'oci');
    assert.deepEqual([origin.plan.shape, origin.plan.bootVolumeSizeInGBs], ['VM.GPU3.2', 200]);
    assert.deepEqual(await lab.deleteBootVolume(id), { kind: 'done' });
    assert.deepEqual(bed.memory.leftovers(), []);
  });

  it('does not hide instances where it cannot be looked for', async () => {
    bed.memory.add({ id: 'another', freeformTags: launchTags({ launchId: 'another' }) });
    bed.memory.fail('labBootVolumes', 'service');
    await lab.refresh();
    assert.ok(lab.get('another'));
    assert.deepEqual(lab.unread, [{ profile: 'DEFAULT', region: 'ap-tokyo-1', why: 'refused' }]);
  });

  it('is kept all the same when it may not be tagged', async () => {
    const begun = await lab.launch(aPlan(), { kind: 'private', privateKeyPem: aPrivateKey() });
    ({ id } = begun);
    await begun.ended;
    bed.memory.fail('tagBootVolume', 'notFound');
    assert.deepEqual(await lab.terminate(id, { keepBootVolume: true }), { kind: 'done' });
    assert.notEqual(keptDisk(), undefined);
  });

  it('counts as deleted when somebody else has done it', async () => {
    await bed.memory.cloud.deleteBootVolume(keptDisk() ?? '');
    assert.deepEqual(await lab.deleteBootVolume(id), { kind: 'done' });
    assert.equal(keptDisk(), undefined);
  });

  it('is still told of when OCI does not let the user delete it, or see it', async () => {
    bed.memory.fail('deleteBootVolume', 'notFound');
    await assert.rejects(lab.deleteBootVolume(id), /notFound/);
    bed.memory.fail('keptBootVolumes', 'notFound');
    await assert.rejects(lab.deleteBootVolume(id), /notFound/);
    assert.notEqual(keptDisk(), undefined);
    assert.equal(bed.secrets.keys.length, 1, 'nor is its key lost');
  });
});
