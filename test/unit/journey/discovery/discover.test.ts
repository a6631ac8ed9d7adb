import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeShapes } from '../../../../src/cloud/shapes';
import { keptDiskTags, launchTags } from '../../../../src/cloud/tags';
import type { Phase } from '../../../../src/instances/phase';
import type { InstanceRecord } from '../../../../src/instances/record';
import { generateKey } from '../../../../src/ssh/generate-key';
import { fingerprint, parsePublicLine } from '../../../../src/ssh/public-key';
import { aRecord } from '../../instances/a-record';
import { createFakeClock } from '../fake-clock';
import { aPrivateKey, startSshServer } from '../ssh-server';
import { aPlan, openLabBed, phaseOf, type LabBed } from '../lab-bed';

const launchId = aRecord().id;
const tags = launchTags({ launchId, setupWay: 'native' });

const couldNotStart: Phase = {
  kind: 'failed',
  at: 'starting',
  message: 'No room.',
  wayOut: ['retry', 'terminate'],
  since: 0,
  isStopped: true,
};

describe('A look at the cloud', () => {
  let bed: LabBed;
  beforeEach(async () => {
    bed = await openLabBed();
    // Whatever is found is then connected to; these tests are about the finding.
    bed.memory.publicIp = undefined;
  });
  afterEach(async () => await bed.close());

  it('brings an instance back whose record was deleted, with its key and its set-up way', async () => {
    bed.memory.add({ id: 'one', name: 'trainer', freeformTags: tags });
    await bed.secrets.store(`ssh-key:${launchId}`, 'the key');
    const lab = bed.openWindow();
    await lab.refresh();
    const record = lab.get(launchId)?.record;
    assert.equal(record?.name, 'trainer');
    assert.deepEqual(record.ssh.key, { kind: 'secret', secretKey: `ssh-key:${launchId}` });
    assert.equal(record.setup.way, 'native');
    assert.equal(record.ssh.user, 'ubuntu', 'as its image has it');
  });

  it('brings it back while the window is open, and goes on with it', async () => {
    leave(bed, { kind: 'stopped', since: 0 });
    bed.memory.add({ id: 'one', freeformTags: tags });
    const lab = bed.openWindow();
    const gone = new Promise<void>((resolve) => {
      lab.onDidChange(() => {
        if (lab.instances.length === 0) resolve();
      });
    });
    rmSync(join(bed.folder, 'instances', `${launchId}.json`));
    await gone;
    await lab.refresh();
    await phaseOf(lab, launchId, 'booting');
  });

  it('finds one whose image Oracle has taken away meanwhile', async () => {
    bed.memory.add({ id: 'one', freeformTags: tags });
    bed.memory.fail('image', 'notFound');
    const lab = bed.openWindow();
    await lab.refresh();
    assert.equal(lab.instances.length, 1);
  });

  it('reaches one by its public address that was found while it was provisioned, and knows its group', async () => {
    const early = await openLabBed({ clock: createFakeClock() });
    early.memory.add({ id: 'one', freeformTags: tags, lifecycleState: 'PROVISIONING' });
    const held = early.memory.hold('instance');
    const lab = early.openWindow();
    await lab.refresh();
    await held.reached;
    early.memory.setState('one', 'RUNNING');
    early.memory.publicIp = '127.0.0.1';
    held.letGo();
    await phaseOf(lab, launchId, 'failed');
    const { ssh, origin, phase } = lab.get(launchId)?.record ?? assert.fail('it is gone');
    assert.equal(ssh.host, '127.0.0.1');
    assert.equal(origin.kind === 'oci' ? origin.networkSecurityGroupId : undefined, 'group');
    assert.ok(phase.kind === 'failed' && phase.wayOut.includes('allowMyAddress'));
    await early.close();
  });

  it('shows a second instance of one launch, because it is billed as well', async () => {
    bed.memory.add({ id: 'one', freeformTags: tags });
    bed.memory.add({ id: 'two', freeformTags: tags });
    const lab = bed.openWindow();
    await lab.refresh();
    await lab.refresh();
    assert.deepEqual(
      new Set(lab.instances.map(({ record }) => instanceIdOf(record))),
      new Set(['one', 'two']),
    );
    assert.equal(lab.instances.length, 2);
  });

  it('leaves alone what is terminated, and what is not this extension’s', async () => {
    bed.memory.add({ id: 'one', freeformTags: tags, lifecycleState: 'TERMINATED' });
    bed.memory.add({ id: 'two' });
    const lab = bed.openWindow();
    await lab.refresh();
    assert.deepEqual(lab.instances, []);
  });

  const cases: readonly [
    what: string,
    state: 'STOPPED' | 'TERMINATED' | 'RUNNING',
    was: Phase,
    is: Phase['kind'],
  ][] = [
    ['stopped elsewhere', 'STOPPED', { kind: 'notSetUp' }, 'stopped'],
    ['terminated elsewhere', 'TERMINATED', { kind: 'notSetUp' }, 'terminated'],
    ['started elsewhere', 'RUNNING', { kind: 'stopped', since: 0 }, 'booting'],
    ['started elsewhere, or later, after that had failed here', 'RUNNING', couldNotStart, 'booting'],
    ['as it was', 'RUNNING', { kind: 'notSetUp' }, 'notSetUp'],
  ];
  for (const [what, lifecycleState, was, is] of cases) {
    it(`sees an instance that is ${what}`, async () => {
      leave(bed, was);
      bed.memory.add({ id: 'one', lifecycleState, freeformTags: tags });
      const lab = bed.openWindow();
      await lab.refresh();
      const phase = lab.get(launchId)?.record.phase;
      assert.equal(phase?.kind, is);
      if (is === 'stopped' || is === 'terminated')
        assert.ok('elsewhere' in phase && phase.elsewhere, 'some time before');
    });
  }

  it('knows since when one is stopped that could not be started', async () => {
    leave(bed, couldNotStart);
    bed.memory.add({ id: 'one', lifecycleState: 'STOPPED', freeformTags: tags });
    const lab = bed.openWindow();
    await lab.refresh();
    const phase = lab.get(launchId)?.record.phase;
    assert.ok(phase?.kind === 'stopped' && phase.elsewhere === undefined);
  });

  it('lets go of the link to one that was terminated elsewhere', async () => {
    const server = await startSshServer([[/./, { hangs: true }]]);
    const key = { kind: 'secret', secretKey: `ssh-key:${launchId}` } as const;
    await bed.secrets.store(key.secretKey, aPrivateKey());
    const ssh = { host: '127.0.0.1', port: server.port, user: 'opc', hostKeys: [server.hostKey], key };
    leave(bed, { kind: 'ready', since: 0 }, 0, ssh);
    bed.memory.add({ id: 'one', lifecycleState: 'TERMINATED', freeformTags: tags });
    const linked = new Promise<unknown>((resolve) => server.onCommand(resolve));
    const left = new Promise<void>((resolve) => server.onLeft(resolve));
    const lab = bed.openWindow();
    await linked;
    await lab.refresh();
    await left;
    await server.close();
  });

  it('takes one that OCI no longer knows for terminated', async () => {
    leave(bed, { kind: 'notSetUp' });
    const lab = bed.openWindow();
    await lab.refresh();
    assert.equal(lab.get(launchId)?.record.phase.kind, 'terminated');
  });

  it('does not take one for terminated that may only not be seen', async () => {
    leave(bed, { kind: 'notSetUp' });
    bed.memory.fail('instances', 'notFound');
    const lab = bed.openWindow();
    await lab.refresh();
    assert.equal(lab.get(launchId)?.record.phase.kind, 'notSetUp');
  });

  it('does not take one for terminated that was launched so lately that OCI may not know it yet', async () => {
    leave(bed, { kind: 'notSetUp' }, Date.now() - 60_000);
    const lab = bed.openWindow();
    await lab.refresh();
    assert.equal(lab.get(launchId)?.record.phase.kind, 'notSetUp');
  });

  it('ends what is left of a termination that had failed, and does not forget the disk that was kept', async () => {
    leave(bed, failedToEnd('the disk'));
    bed.memory.add({ id: 'one', lifecycleState: 'TERMINATED', freeformTags: tags });
    const lab = bed.openWindow();
    await lab.refresh();
    await phaseOf(lab, launchId, 'terminated');
    const phase = lab.get(launchId)?.record.phase;
    assert.equal(phase?.kind === 'terminated' ? phase.keptBootVolumeId : undefined, 'the disk');
    assert.deepEqual(bed.memory.changes, ['removeLabNetworkIfUnused']);
  });

  it('ends what a cancelled launch has made after all, and does not go on with that', async () => {
    const hurried = await openLabBed({ clock: createFakeClock() });
    hurried.leave({
      ...aRecord({ phase: failedToEnd(), origin: { kind: 'oci', plan: aPlan() } }),
      journal: [{ step: 'launchInstance', at: 0, retryToken: 'token', availabilityDomain: 'AD-1' }],
    });
    hurried.memory.add({ id: 'one', freeformTags: tags });
    const lab = hurried.openWindow();
    await lab.refresh();
    await phaseOf(lab, launchId, 'terminated');
    assert.deepEqual(hurried.memory.leftovers(), []);
    await hurried.close();
  });

  it('finds the instance of a launch that had failed without an answer', async () => {
    bed.memory.lagLooks = 0;
    bed.memory.loseAnswer('launch');
    const lab = bed.openWindow();
    const { id, ended } = await lab.launch(aPlan(), { kind: 'agent', publicKey: 'ssh-ed25519 AAAA' });
    assert.equal((await ended).kind, 'failed');
    await lab.refresh();
    await phaseOf(lab, id, 'booting');
    assert.equal(lab.instances.length, 1);
    assert.equal(bed.memory.launches.length, 1);
  });

  it('takes over what a launch has made that was given up, tried anew and refused, and launches no other', async () => {
    leaveRefused(bed);
    bed.memory.add({ id: 'late', freeformTags: tags });
    const lab = bed.openWindow();
    await lab.refresh();
    await phaseOf(lab, launchId, 'booting', 'failed');
    assert.deepEqual(
      lab.instances.map(({ record }) => instanceIdOf(record)),
      ['late'],
    );
    assert.deepEqual(bed.memory.launches, []);
  });

  it('does not give a failed launch an instance that another record has', async () => {
    leaveRefused(bed);
    const { origin, ...rest } = aRecord({ id: 'second', phase: { kind: 'notSetUp' }, createdAt: 2_000 });
    assert.ok(origin.kind === 'oci');
    bed.leave({ ...rest, origin: { ...origin, instanceId: 'two' } });
    bed.memory.add({ id: 'two', freeformTags: tags });
    const lab = bed.openWindow();
    await lab.refresh();
    assert.deepEqual(
      lab.instances.map(({ record }) => instanceIdOf(record)),
      [undefined, 'two'],
    );
    assert.equal(lab.get(launchId)?.record.phase.kind, 'failed');
  });

  it('shows what a launch without an answer has made after it was ended, because it is billed', async () => {
    leaveUnanswered(bed, { kind: 'terminated', since: 0 });
    bed.memory.add({ id: 'late', freeformTags: tags });
    const lab = bed.openWindow();
    await lab.refresh();
    await lab.refresh();
    assert.deepEqual(lab.instances.map(({ record }) => instanceIdOf(record)).filter(Boolean), ['late']);
  });

  it('finds instances by every profile that opens without a question, past one that cannot be read', async () => {
    const several = await openLabBed({ otherProfiles: ['BROKEN', 'OTHER'] });
    for (const memory of several.others.values()) memory.publicIp = undefined;
    several.memory.fail('regions', 'service');
    several.others.get('BROKEN')?.fail('labInstances', 'notAuthenticated', { endedSession: 'BROKEN' });
    several.others.get('OTHER')?.add({ id: 'one', freeformTags: tags });
    const lab = several.openWindow();
    await lab.refresh();
    const origin = lab.get(launchId)?.record.origin;
    assert.ok(origin?.kind === 'oci');
    assert.equal(origin.plan.profile, 'OTHER');
    assert.deepEqual(lab.unread, [
      { profile: 'DEFAULT', why: 'refused' },
      { profile: 'BROKEN', region: 'ap-tokyo-1', why: 'signedOut' },
    ]);
    await several.close();
  });

  it('shows an instance once that two profiles see', async () => {
    const several = await openLabBed({ otherProfiles: ['OTHER'] });
    for (const memory of [several.memory, ...several.others.values()]) {
      memory.publicIp = undefined;
      memory.add({ id: 'one', freeformTags: tags });
    }
    several.memory.fail('shapes', 'notFound');
    const lab = several.openWindow();
    await lab.refresh();
    assert.equal(lab.instances.length, 1);
    assert.deepEqual(lab.unread, [], 'one of them is enough');
    await several.close();
  });

  it('knows the real size of the disk, and the key of the person’s own that the tags name', async () => {
    const { privateKeyPem, publicLine } = generateKey('mine');
    const folder = join(bed.folder, 'ssh');
    mkdirSync(folder);
    writeFileSync(join(folder, 'mine'), privateKeyPem);
    const keyFingerprint = fingerprint(parsePublicLine(publicLine)?.blob ?? Buffer.alloc(0));
    bed.memory.add({ id: 'one', freeformTags: launchTags({ launchId, keyFingerprint }) }, 300);
    const lab = bed.openWindow();
    await lab.refresh();
    const record = lab.get(launchId)?.record;
    assert.ok(record?.origin.kind === 'oci');
    assert.equal(record.origin.plan.bootVolumeSizeInGBs, 300);
    assert.deepEqual(record.ssh.key, { kind: 'file', path: join(folder, 'mine') });
  });

  it('knows what a flexible shape costs as it was configured', async () => {
    bed.memory.add({ id: 'one', shape: 'VM.Standard.E4.Flex', gpus: 0, ocpus: 4, memoryGb: 32 });
    bed.memory.shapes = mergeShapes([{ availabilityDomain: 'AD-1', shapes: [flexible] }]);
    const lab = bed.openWindow();
    const adopted = { profile: 'DEFAULT', region: 'ap-tokyo-1', instanceId: 'one', key: undefined };
    const { id } = await lab.adopt(adopted);
    const origin = lab.get(id)?.record.origin;
    assert.ok(origin?.kind === 'oci');
    assert.equal(origin.plan.price?.usdPerHour.toFixed(3), '0.148');
    assert.deepEqual(origin.plan.shapeConfig, { ocpus: 4, memoryInGBs: 32 });
  });

  it('says why when the only place cannot be read, and that it could not, until it is read', async () => {
    bed.memory.fail('labInstances', 'timedOut');
    const lab = bed.openWindow();
    await assert.rejects(lab.refresh(), /timedOut/);
    assert.deepEqual(lab.unread, [{ profile: 'DEFAULT', region: 'ap-tokyo-1', why: 'noAnswer' }]);
    bed.memory.fail('labInstances');
    await lab.refresh();
    assert.deepEqual(lab.unread, []);
  });

  it('tells of the profiles that do not open without a question', async () => {
    const unopened = [{ profile: 'LOCKED', why: 'passphrase' }] as const;
    const locked = await openLabBed({ unopened: [...unopened, { profile: 'DEFAULT', why: 'passphrase' }] });
    const lab = locked.openWindow();
    await lab.refresh();
    assert.deepEqual(lab.unread, unopened, 'the one in use is asked for');
    await locked.close();
  });

  it('tells of a kept disk that could not be taken in, and goes on', async () => {
    keepDisk(bed);
    bed.leave({ ...aRecord(), version: 2 as 1 });
    const lab = bed.openWindow();
    await lab.refresh();
    assert.deepEqual(lab.unread, [
      { profile: 'DEFAULT', region: 'ap-tokyo-1', instance: 'disk', why: 'refused' },
    ]);
  });

  it('does not tell of a kept disk that another window takes in at the same time', async () => {
    keepDisk(bed);
    const lab = bed.openWindow();
    const held = bed.memory.hold('labBootVolumes');
    const refreshed = lab.refresh();
    await held.reached;
    bed.leave(aRecord({ phase: { kind: 'terminated', since: 0, keptBootVolumeId: 'disk-of-gone' } }));
    held.letGo();
    await refreshed;
    assert.deepEqual(lab.unread, []);
  });

  it('tells of an instance that could not be read, in the list or not', async () => {
    leave(bed, { kind: 'notSetUp' });
    bed.memory.add({ id: 'two', name: 'other', freeformTags: launchTags({ launchId: 'another' }) });
    bed.memory.fail('instance', 'service');
    bed.memory.fail('shapes', 'timedOut');
    const lab = bed.openWindow();
    await lab.refresh();
    const place = { profile: 'DEFAULT', region: 'ap-tokyo-1' };
    assert.deepEqual(lab.unread, [
      { ...place, instance: 'lab-1', why: 'refused' },
      { ...place, instance: 'other', why: 'noAnswer' },
    ]);
  });
});

/** As ListShapes has it. */
const flexible = { shape: 'VM.Standard.E4.Flex', ocpus: 1, memoryInGBs: 16, isFlexible: true };

function leave(bed: LabBed, phase: Phase, startedAt = 0, ssh = aRecord().ssh): void {
  const record = aRecord({ phase, ssh });
  if (record.origin.kind !== 'oci') throw new Error('not an instance');
  const journal = [{ step: 'network' as const, at: 0 }];
  bed.leave({ ...record, origin: { ...record.origin, instanceId: 'one', startedAt }, journal });
}

/** A boot volume that has outlived its instance, and whose record is gone. */
function keepDisk({ memory }: LabBed): void {
  const freeformTags = keptDiskTags({ launchId, shape: 'VM.GPU3.2' });
  memory.add({ id: 'gone', lifecycleState: 'TERMINATED', freeformTags }, 200);
}

/** @param bootVolumeId the disk that was to be kept */
function failedToEnd(bootVolumeId?: string): Phase {
  return {
    kind: 'failed',
    at: 'terminating',
    message: 'No.',
    wayOut: ['retry', 'terminate'],
    since: 0,
    termination: { keepBootVolume: bootVolumeId !== undefined, ...(bootVolumeId ? { bootVolumeId } : {}) },
  };
}

/** A launch that does not know whether it made something. */
function leaveUnanswered(bed: LabBed, phase: Phase): void {
  bed.leave(aRecord({ phase, origin: { kind: 'oci', plan: aPlan() } }));
}

/** A launch that was refused in the first of its domains. */
function leaveRefused(bed: LabBed): void {
  const phase = {
    kind: 'failed',
    at: 'launching',
    message: 'No.',
    wayOut: ['retry', 'forget'],
    since: 0,
  } as const;
  const plan = aPlan({ availabilityDomains: ['AD-1', 'AD-2'] });
  bed.leave({
    ...aRecord({ phase: { ...phase, wayOut: [...phase.wayOut] }, origin: { kind: 'oci', plan } }),
    journal: [
      {
        step: 'launchInstance',
        at: 0,
        retryToken: 'token',
        availabilityDomain: 'AD-1',
        outcome: 'refused: invalid',
      },
    ],
  });
}

function instanceIdOf({ origin }: InstanceRecord): string | undefined {
  return origin.kind === 'oci' ? origin.instanceId : undefined;
}
