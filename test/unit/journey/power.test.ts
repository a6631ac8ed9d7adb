import assert from 'node:assert/strict';
import type { Cloud } from '../../../src/cloud/cloud';
import { CloudError, errorFromAnswer, type CloudErrorKind } from '../../../src/cloud/errors';
import type { FailedPhase } from '../../../src/instances/phase';
import { NoAccess } from '../../../src/journey/clouds';
import type { Phase } from '../../../src/instances/phase';
import { describeFailure } from '../../../src/journey/describe-failure';
import { drive } from '../../../src/journey/drive';
import { resumed } from '../../../src/journey/resume';
import { starting, stopping } from '../../../src/journey/stages/power';
import { terminating } from '../../../src/journey/stages/terminating';
import { withOci } from '../../../src/journey/stage';
import { termination } from '../../../src/journey/ending/termination';
import { TimeLimitReached } from '../../../src/waiting/until';
import { aRecord } from '../instances/a-record';
import { openStageBed, type StageBed } from './stage-bed';

const id = 'ocid1.instance.oc1.ap-tokyo-1.one';

describe('An instance of which the cloud is asked something', () => {
  let bed: StageBed;
  const open = async (phase: Phase, lifecycleState: 'RUNNING' | 'STOPPED' | 'STOPPING' = 'RUNNING') => {
    bed = await openStageBed(aRecord({ phase, journal: [{ step: 'network', at: 0 }] }));
    await bed.memory.cloud.ensureLabNetwork('lab', { tags: {} });
    bed.memory.add({ id, lifecycleState });
  };
  afterEach(() => bed.close());

  it('is stopped, asked for once', async () => {
    await open({ kind: 'stopping', since: 0 });
    assert.equal((await bed.run(stopping)).kind, 'stopped');
    assert.equal(bed.memory.changes.filter((change) => change === 'power').length, 1);
  });

  it('is started as soon as it has stopped, and then boots', async () => {
    await open({ kind: 'starting', since: 0 }, 'STOPPING');
    const { memory, clock } = bed;
    const settling = {
      ...clock,
      sleep: async (ms: number) => {
        memory.setState(id, memory.instances[0]?.lifecycleState === 'STOPPING' ? 'STOPPED' : 'RUNNING');
        await clock.sleep(ms);
      },
    };
    assert.equal((await starting({ ...bed.tools, clock: settling })).kind, 'booting');
    assert.ok(memory.changes.includes('power'));
  });

  it('is waited for when somebody else has asked already', async () => {
    await open({ kind: 'stopping', since: 0 });
    const { memory, clock } = bed;
    memory.fail('power', 'conflict');
    const settling = {
      ...clock,
      sleep: async (ms: number) => {
        memory.setState(id, 'STOPPED');
        await clock.sleep(ms);
      },
    };
    assert.equal((await stopping({ ...bed.tools, clock: settling })).kind, 'stopped');
  });

  it('is asked again when something else went on with it, which does not stop it', async () => {
    await open({ kind: 'stopping', since: 0 });
    const { memory, clock } = bed;
    memory.fail('power', 'conflict');
    const passing = {
      ...clock,
      sleep: async (ms: number) => {
        memory.fail('power');
        await clock.sleep(ms);
      },
    };
    assert.equal((await stopping({ ...bed.tools, clock: passing })).kind, 'stopped');
    assert.ok(memory.changes.includes('power'));
  });

  for (const [what, kind, isStopped] of [
    ['OCI has no room for it', 'outOfCapacity', true],
    ['something else goes on with it until the time is up', 'conflict', true],
    ['OCI does not answer: it may have started', 'timedOut', undefined],
  ] as const) {
    it(`is known to be stopped, or not, when it was to be started and ${what}`, async () => {
      await open({ kind: 'starting', since: 0 }, 'STOPPED');
      bed.memory.fail('power', kind);
      await drive(bed.tools);
      const { phase } = bed.record();
      assert.ok(phase.kind === 'failed' && phase.at === 'starting');
      assert.equal(phase.isStopped, isStopped);
    });
  }

  it('is not known to be stopped when START was taken and nothing could be seen of it since', async () => {
    await open({ kind: 'starting', since: 0 }, 'STOPPED');
    const { memory, clock } = bed;
    const unseen = {
      ...clock,
      sleep: async (ms: number) => {
        memory.fail('instance', 'notAuthenticated');
        await clock.sleep(ms);
      },
    };
    await drive({ ...bed.tools, clock: unseen });
    const { phase } = bed.record();
    assert.ok(phase.kind === 'failed' && phase.isStopped === undefined);
  });

  it('is not known to stay stopped when START was taken and comes through later than it is waited for', async () => {
    await open({ kind: 'starting', since: 0 }, 'STOPPED');
    const { cloud } = bed.memory;
    const slow: Cloud = { ...cloud, power: (instanceId) => cloud.instance(instanceId) };
    await drive({ ...bed.tools, cloud: async () => slow });
    const { phase } = bed.record();
    assert.ok(phase.kind === 'failed' && phase.isStopped === undefined);
  });

  it('is not waited for without end', async () => {
    await open({ kind: 'stopping', since: 0 }, 'STOPPING');
    await assert.rejects(bed.run(stopping), TimeLimitReached);
  });

  it('is terminated with its disk, its key and the network, when nothing else uses that', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    await bed.secrets.store(`ssh-key:${bed.tools.id}`, 'the key');
    assert.equal((await bed.run(terminating)).kind, 'terminated');
    assert.deepEqual(bed.memory.leftovers(), []);
    assert.deepEqual(bed.secrets.keys, []);
  });

  it('is terminated without the network that another instance is in', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    bed.memory.add({ id: 'other' });
    await bed.run(terminating);
    assert.deepEqual(bed.memory.leftovers(), ['other', 'network']);
  });

  /** Terminating fails at an operation, without a word on what was done; then the person tries again. */
  const terminatedInTwoTries = async (
    operation: 'removeLabNetworkIfUnused' | 'terminate',
    meanwhile = (): void => undefined,
    failure: CloudErrorKind = 'service',
  ) => {
    bed.memory.fail(operation, failure);
    await drive(bed.tools);
    const { phase } = bed.record();
    assert.ok(phase.kind === 'failed' && phase.at === 'terminating');
    bed.memory.fail(operation);
    meanwhile();
    await bed.tools.update((record) => resumed(record, phase, bed.clock.now()));
    await drive(bed.tools);
    const end = bed.record().phase;
    assert.ok(end.kind === 'terminated');
    return end;
  };

  for (const operation of ['terminate', 'removeLabNetworkIfUnused'] as const) {
    it(`keeps its disk when that was asked for, also when ${operation} took two tries`, async () => {
      await openLaunched();
      const disk = `disk-of-${bed.origin().instanceId ?? ''}`;
      const end = await terminatedInTwoTries(operation);
      assert.equal(end.keptBootVolumeId, disk, 'and it can still be said which one that is');
      assert.deepEqual(bed.memory.leftovers(), [disk]);
      assert.deepEqual(bed.secrets.keys, [`ssh-key:${bed.tools.id}`], 'the key still opens the kept disk');
    });

    it(`tells of a kept disk that was not found also when ${operation} took two tries`, async () => {
      await open({ kind: 'terminating', since: 0, keepBootVolume: true });
      const end = await terminatedInTwoTries(operation);
      assert.equal(end.keptDiskUnknown, true);
    });
  }

  it('keeps its disk noted when the list of attachments shows it late', async () => {
    await openLaunched();
    const { cloud } = bed.memory;
    let looks = 0;
    const lagging: Cloud = {
      ...cloud,
      bootVolumeOf: async (...asked) => (++looks < 4 ? undefined : await cloud.bootVolumeOf(...asked)),
    };
    const phase = await terminating({ ...bed.tools, cloud: async () => lagging });
    const disk = `disk-of-${bed.origin().instanceId ?? ''}`;
    assert.equal(phase.kind === 'terminated' ? phase.keptBootVolumeId : undefined, disk);
  });

  it('is ended all the same when no disk is listed, after a minute, and what is kept is told', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: true });
    const phase = await bed.run(terminating);
    assert.ok(phase.kind === 'terminated' && phase.keptDiskUnknown);
  });

  it('tells of no kept disk when it had been ended elsewhere, as a rule with its disk', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: true });
    bed.memory.setState(id, 'TERMINATED');
    const phase = await bed.run(terminating);
    assert.ok(phase.kind === 'terminated' && phase.keptDiskUnknown === undefined);
  });

  it('tells of none either when it was ended elsewhere before the second try', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: true });
    const end = await terminatedInTwoTries(
      'terminate',
      () => bed.memory.setState(id, 'TERMINATED'),
      'conflict',
    );
    assert.equal(end.keptDiskUnknown, undefined);
  });

  for (const [answer, failure] of [
    ['lost', 'timedOut'],
    ['not one of OCI, which may have taken it', 'service'],
  ] as const) {
    it(`tells of a disk that may be kept when the answer was ${answer}`, async () => {
      await open({ kind: 'terminating', since: 0, keepBootVolume: true });
      const ended = (): void => bed.memory.setState(id, 'TERMINATED');
      const end = await terminatedInTwoTries('terminate', ended, failure);
      assert.equal(end.keptDiskUnknown, true);
    });
  }

  it('tells of a disk that may be kept, and keeps its key, also when its deletion is asked for too late', async () => {
    await openLaunched();
    const { cloud } = bed.memory;
    const unlisted: Cloud = { ...cloud, bootVolumeOf: async () => undefined };
    bed.memory.fail('removeLabNetworkIfUnused', 'service');
    await drive({ ...bed.tools, cloud: async () => unlisted });
    bed.memory.fail('removeLabNetworkIfUnused');
    await bed.tools.update((record) => ({ ...record, phase: termination(record, false, 0) }));
    await drive(bed.tools);
    const { phase } = bed.record();
    assert.ok(phase.kind === 'terminated' && phase.keptDiskUnknown);
    assert.equal(bed.secrets.keys.length, 1);
  });

  /** Keeping the disk fails at an operation; then the person has it all deleted. */
  const deleteAllAfterFailing = async (
    operation: 'removeLabNetworkIfUnused' | 'terminate',
  ): Promise<void> => {
    bed.memory.fail(operation, 'service');
    await drive(bed.tools);
    bed.memory.fail(operation);
    await bed.tools.update((record) => ({ ...record, phase: termination(record, false, 0) }));
    await drive(bed.tools);
  };

  it('still tells of a disk that was kept before its deletion was asked for, and keeps its key', async () => {
    await openLaunched();
    await deleteAllAfterFailing('removeLabNetworkIfUnused');
    const { phase } = bed.record();
    const disk = `disk-of-${bed.origin().instanceId ?? ''}`;
    assert.equal(phase.kind === 'terminated' ? phase.keptBootVolumeId : undefined, disk);
    assert.equal(bed.secrets.keys.length, 1);
  });

  it('tells of no disk when it was to be kept at first, and then went with its instance', async () => {
    await openLaunched();
    await deleteAllAfterFailing('terminate');
    const { phase } = bed.record();
    assert.ok(phase.kind === 'terminated' && phase.keptBootVolumeId === undefined);
    assert.deepEqual(bed.memory.leftovers(), []);
    assert.deepEqual(bed.secrets.keys, []);
  });

  for (const [what, stage, phase] of [
    ['ended', terminating, { kind: 'terminating', since: 0, keepBootVolume: false }],
    ['stopped', stopping, { kind: 'stopping', since: 0 }],
    ['started', starting, { kind: 'starting', since: 0 }],
  ] as const) {
    it(`is not taken for gone when it was to be ${what} and may only not be seen: it may be billed`, async () => {
      await open(phase);
      bed.memory.fail('instance', 'notFound');
      bed.memory.fail('instances', 'notFound');
      await assert.rejects(bed.run(stage), /may still run and be billed/);
    });
  }

  it('is not taken for terminated when OCI lists it, but does not let the user end it', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    bed.memory.fail('instance', 'notFound');
    bed.memory.fail('terminate', 'notFound');
    await assert.rejects(bed.run(terminating), /terminate: notFound/);
  });

  it('counts as terminated when neither its id nor the list knows it, minutes after the launch', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    await bed.tools.update((record) =>
      withOci(record, { instanceId: 'gone', startedAt: bed.clock.now() - 120_000 }),
    );
    assert.equal((await bed.run(terminating)).kind, 'terminated');
  });

  it('is asked to end once only, also by a window that comes later', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    const { memory, clock } = bed;
    memory.setState(id, 'TERMINATING');
    const ending = {
      ...clock,
      sleep: async (ms: number) => {
        memory.setState(id, 'TERMINATED');
        await clock.sleep(ms);
      },
    };
    assert.equal((await terminating({ ...bed.tools, clock: ending })).kind, 'terminated');
    assert.ok(!memory.changes.includes('terminate'));
  });

  it('asks nothing of the cloud when nothing was made', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    const { plan } = bed.origin();
    await bed.tools.update((record) => ({ ...record, origin: { kind: 'oci', plan }, journal: [] }));
    const cloud = () => Promise.reject(new Error('The profile is gone.'));
    assert.equal((await terminating({ ...bed.tools, cloud })).kind, 'terminated');
  });

  it('finds what an unanswered launch has made, although lists lag behind, and ends that too', async () => {
    await open({ kind: 'terminating', since: 0, keepBootVolume: false });
    const { plan } = bed.origin();
    await bed.tools.update((record) => ({
      ...record,
      origin: { kind: 'oci', plan },
      journal: [
        { step: 'launchInstance', at: 0, retryToken: 'token', availabilityDomain: 'AD-1' },
        { step: 'network', at: 0 },
      ],
    }));
    bed.memory.setState(id, 'TERMINATED');
    bed.memory.lagLooks = 3;
    await bed.memory.cloud.launch(
      {
        compartmentId: 'lab',
        availabilityDomain: 'AD-1',
        name: 'lab-1',
        shape: 'VM.GPU3.2',
        source: { kind: 'bootVolume', bootVolumeId: 'disk' },
        subnetId: 'subnet',
        assignPublicIp: true,
        networkSecurityGroupIds: [],
        sshPublicKey: '',
        freeformTags: { 'oci-gpu-lab-launch': bed.tools.id },
      },
      'token',
    );
    await bed.run(terminating);
    assert.deepEqual(bed.memory.leftovers(), []);
  });

  /** One with a disk and a key, about to be terminated without its disk. */
  async function openLaunched(): Promise<void> {
    await open({ kind: 'terminating', since: 0, keepBootVolume: true });
    bed.memory.setState(id, 'TERMINATED');
    const launched = await bed.memory.cloud.launch(
      {
        compartmentId: 'lab',
        availabilityDomain: 'AD-1',
        name: 'lab-1',
        shape: 'VM.GPU3.2',
        source: { kind: 'bootVolume', bootVolumeId: 'disk' },
        subnetId: 'subnet',
        assignPublicIp: true,
        networkSecurityGroupIds: [],
        sshPublicKey: '',
        freeformTags: {},
      },
      'token',
    );
    assert.ok(launched.kind === 'launched');
    const { instance } = launched;
    await bed.tools.update((record) =>
      record.origin.kind === 'oci'
        ? { ...record, origin: { ...record.origin, instanceId: instance.id } }
        : record,
    );
    await bed.secrets.store(`ssh-key:${bed.tools.id}`, 'the key');
  }
});

describe('Driving a record', () => {
  let bed: StageBed;
  afterEach(() => bed.close());

  it('goes on from the phase on disk and rests where nothing is to be done', async () => {
    bed = await openStageBed(aRecord({ phase: { kind: 'stopping', since: 0 } }));
    bed.memory.add({ id, lifecycleState: 'STOPPED' });
    assert.deepEqual(await drive(bed.tools), { kind: 'done' });
    assert.equal(bed.record().phase.kind, 'stopped');
    assert.deepEqual(await drive(bed.tools), { kind: 'done' });
  });

  it('turns a failure into a phase with a sentence and a way out', async () => {
    bed = await openStageBed(aRecord({ phase: { kind: 'stopping', since: 0 } }));
    bed.memory.fail('instance', 'notAuthenticated');
    const outcome = await drive(bed.tools);
    const { phase } = bed.record();
    assert.ok(phase.kind === 'failed' && phase.at === 'stopping');
    assert.deepEqual(outcome, { kind: 'failed', message: phase.message });
    assert.deepEqual(phase.wayOut, ['retry', 'terminate']);
  });

  it('offers to sign in where a session has ended, and nowhere else', async () => {
    bed = await openStageBed(aRecord());
    const refused = (kind: 'apiKey' | 'sessionToken', clockSkewMs = 0): FailedPhase => {
      const error = errorFromAnswer({
        operation: 'getInstance',
        status: 401,
        code: 'NotAuthenticated',
        message: 'No.',
        opcRequestId: undefined,
        profile: { name: 'LAB', kind },
        clockSkewMs,
      });
      return describeFailure(error, { kind: 'booting', step: '', since: 0 }, bed.tools);
    };
    assert.deepEqual(refused('sessionToken').wayOut, ['signIn', 'retry', 'terminate']);
    assert.deepEqual(refused('apiKey').wayOut, ['retry', 'terminate']);
    assert.deepEqual(refused('sessionToken', 3_600_000).wayOut, ['retry', 'terminate'], 'a wrong clock');
  });

  it('tells what can be done about an error of the cloud’s', async () => {
    bed = await openStageBed(aRecord());
    const error = new CloudError('No.', {
      kind: 'quotaExceeded',
      operation: 'x',
      nextAction: 'Ask for more.',
    });
    const { message } = describeFailure(error, { kind: 'booting', step: '', since: 0 }, bed.tools);
    assert.equal(message, 'No. Ask for more.');
  });

  it('says plainly that a profile cannot be used', async () => {
    bed = await openStageBed(aRecord());
    const error = new NoAccess('Profile "LAB" cannot be used without its passphrase.', 'cancelled');
    const failure = describeFailure(error, { kind: 'booting', step: '', since: 0 }, bed.tools);
    assert.equal(failure.message, error.message);
    assert.deepEqual(failure.wayOut, ['retry', 'terminate']);
  });

  it('writes nothing after a cancel', async () => {
    bed = await openStageBed(aRecord({ phase: { kind: 'stopping', since: 0 } }));
    bed.memory.add({ id });
    bed.cancel();
    await assert.rejects(drive(bed.tools), /cancelled/);
    assert.equal(bed.record().phase.kind, 'stopping');
  });

  it('says of what nobody expected that it went wrong, and leads to the log', async () => {
    bed = await openStageBed(aRecord());
    const failure = describeFailure(new Error('odd'), { kind: 'booting', step: '', since: 0 }, bed.tools);
    assert.equal(failure.message, 'Something went wrong: odd');
    assert.ok(failure.wayOut.includes('showLog'));
  });
});
