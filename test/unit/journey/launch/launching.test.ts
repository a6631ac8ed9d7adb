import assert from 'node:assert/strict';
import type { Cloud } from '../../../../src/cloud/cloud';
import type { CloudErrorKind } from '../../../../src/cloud/errors';
import type { Phase } from '../../../../src/instances/phase';
import type { InstanceRecord } from '../../../../src/instances/record';
import { openedTo } from '../../../../src/journey/launch/launch-journal';
import { resumed } from '../../../../src/journey/resume';
import { booting } from '../../../../src/journey/stages/booting';
import { launching } from '../../../../src/journey/stages/launching';
import { openStageBed, plannedRecord, type StageBed } from '../stage-bed';

const hour = 3_600_000;
const full = { kind: 'outOfCapacity', message: 'Oracle has no free machine of this shape.' } as const;
const limited = {
  kind: 'limitExceeded',
  message: "Your tenancy's service limit does not allow this.",
  nextAction: 'Ask Oracle for a higher limit.',
} as const;

describe('Launching', () => {
  let bed: StageBed;
  const open = async (record: InstanceRecord = plannedRecord()) => {
    bed = await openStageBed(record);
    return bed;
  };
  afterEach(() => bed.close());

  it('writes the instance down, and tags it so that it can be found again', async () => {
    const { memory } = await open();
    assert.equal((await bed.run(launching)).kind, 'booting');
    assert.equal(bed.origin().instanceId, memory.instances[0]?.id);
    assert.equal(memory.instances[0]?.freeformTags['oci-gpu-lab-launch'], bed.tools.id);
  });

  it('counts what it costs from its launch, whatever OCI’s clock says', async () => {
    const { memory } = await open();
    bed.clock.advance(3 * hour);
    const asked = bed.clock.now();
    await bed.run(launching);
    assert.ok(Date.parse(memory.instances[0]?.timeCreated ?? '') < asked, 'by its clock it is older');
    assert.ok((bed.origin().startedAt ?? 0) >= asked);
  });

  it('tags the network that it makes as its own, and writes its rule down before that is added', async () => {
    const { memory } = await open();
    let tags: Readonly<Record<string, string>> = {};
    const cloud: Cloud = {
      ...memory.cloud,
      ensureLabNetwork: async (compartment, options, signal) => {
        tags = options.tags;
        return await memory.cloud.ensureLabNetwork(compartment, options, signal);
      },
    };
    memory.fail('allowSshFrom', 'service');
    memory.fail('removeLabNetworkIfUnused', 'unreachable');
    await launching({ ...bed.tools, cloud: () => Promise.resolve(cloud) });
    assert.deepEqual(tags, { 'oci-gpu-lab-launch': bed.tools.id });
    assert.deepEqual([...openedTo(bed.record())], ['203.0.113.7/32']);
    assert.equal(bed.origin().networkSecurityGroupId, 'group');
  });

  describe('in several domains', () => {
    it('goes to the next one when one is out of host capacity', async () => {
      const { memory } = await open();
      memory.refuse('AD-1', full);
      assert.equal((await bed.run(launching)).kind, 'booting');
      assert.deepEqual(domainsOf(bed), ['AD-1', 'AD-2']);
      assert.equal(bed.origin().availabilityDomain, 'AD-2');
    });

    it('fails in clear words when none has room, and leaves nothing behind', async () => {
      const { memory } = await open();
      for (const domain of ['AD-1', 'AD-2', 'AD-3']) memory.refuse(domain, full);
      const failure = await failing(bed);
      assert.match(failure.message, /no room for VM\.GPU3\.2 in any of 3 availability domains/);
      assert.match(failure.message, /nothing is billed/);
      assert.deepEqual(failure.wayOut, ['retry', 'forget']);
      assert.deepEqual(memory.leftovers(), []);
    });

    it('goes to the next one when the service limit of one is reached, and names the limit when all are', async () => {
      const { memory } = await open();
      memory.refuse('AD-1', limited);
      assert.equal((await bed.run(launching)).kind, 'booting');
      bed.close();
      const again = await open();
      for (const domain of ['AD-1', 'AD-2', 'AD-3']) again.memory.refuse(domain, limited);
      const failure = await failing(bed);
      assert.match(failure.message, /service limit does not allow this\. Ask Oracle for a higher limit/);
      assert.deepEqual(again.memory.leftovers(), []);
    });

    it('asks no further domain when the compartment’s quota is used up', async () => {
      const { memory } = await open();
      memory.refuse('AD-1', { ...limited, kind: 'quotaExceeded', message: 'A quota does not allow this.' });
      assert.match((await failing(bed)).message, /A quota does not allow this/);
      assert.deepEqual(domainsOf(bed), ['AD-1']);
    });

    it('says so when no domain has the shape at all', async () => {
      const { memory } = await open(plannedRecord(['AD-1']));
      memory.refuse('AD-1', { kind: 'notOffered', message: 'AD-1 does not have the shape.' });
      assert.match((await failing(bed)).message, /VM\.GPU3\.2 is not offered in the chosen/);
    });

    it('asks every one again on Retry', async () => {
      const { memory } = await open();
      for (const domain of ['AD-1', 'AD-2', 'AD-3']) memory.refuse(domain, full);
      const failure = await failing(bed);
      await bed.tools.update((record) => resumed(record, failure, bed.clock.now()));
      memory.refuse('AD-1', { ...full, message: 'still none' });
      await bed.run(launching);
      assert.deepEqual(domainsOf(bed), ['AD-1', 'AD-2', 'AD-3', 'AD-1', 'AD-2', 'AD-3']);
    });

    it('tries the next one when an accepted launch turns out to have no room', async () => {
      const { memory } = await open();
      memory.failsLater = { message: 'Out of host capacity.', outOfCapacity: true };
      await bed.run(launching);
      assert.equal((await bed.run(booting)).kind, 'launching');
      memory.failsLater = undefined;
      await bed.run(launching);
      assert.deepEqual(domainsOf(bed), ['AD-1', 'AD-2']);
      assert.equal(memory.instances.at(-1)?.id, bed.origin().instanceId);
    });

    it('fails, and removes the network, when every accepted launch turns out to have no room', async () => {
      const { memory } = await open(plannedRecord(['AD-1']));
      memory.failsLater = { message: 'Out of host capacity.', outOfCapacity: true };
      await bed.run(launching);
      await bed.run(booting);
      assert.match((await failing(bed)).message, /no room for VM\.GPU3\.2 in the chosen availability domain/);
      assert.deepEqual(memory.leftovers(), []);
    });
  });

  describe('with a LaunchInstance that got no answer', () => {
    it('does not launch again, and offers to look for what it made', async () => {
      const { memory } = await open();
      memory.loseAnswer('launch');
      const failure = await failing(bed);
      assert.match(failure.message, /did not answer in time/);
      assert.deepEqual(failure.wayOut, ['retry', 'terminate'], 'an instance may be there');
      assert.equal(memory.leftovers().length, 2, 'so the network stays as well');
    });

    it('finds the instance by its tag, although lists lag behind', async () => {
      const { memory } = await open();
      memory.lagLooks = 5;
      await withLostAnswer(bed);
      assert.equal((await bed.run(launching)).kind, 'booting');
      assert.equal(memory.launches.length, 1, 'launched once');
      assert.equal(bed.origin().instanceId, memory.instances[0]?.id);
    });

    it('repeats it with the same retry token when no instance is to be found', async () => {
      const { memory } = await open();
      memory.lagLooks = Infinity;
      await withLostAnswer(bed);
      assert.equal((await bed.run(launching)).kind, 'booting');
      const [first, second] = memory.launches;
      assert.deepEqual(second, first);
      assert.equal(memory.instances.length, 1, 'the token made it harmless');
    });

    for (const [how, lagLooks] of [
      ['found', 0],
      ['given again for its token', Infinity],
    ] as const) {
      it(`counts what it costs from when it was made, also when it is ${how} hours later`, async () => {
        const { memory } = await open();
        memory.lagLooks = lagLooks;
        const made = bed.clock.now();
        await withLostAnswer(bed);
        bed.clock.advance(10 * hour);
        await bed.run(launching);
        assert.equal(bed.origin().startedAt, made);
      });
    }

    it('asks instead of launching again when the token is older than OCI remembers it', async () => {
      const { memory } = await open();
      memory.lagLooks = Infinity;
      await withLostAnswer(bed);
      bed.clock.advance(23 * hour);
      const failure = await failing(bed);
      assert.match(failure.message, /not known whether the launch of more than a day ago went through/);
      assert.equal(memory.launches.length, 1);
      await bed.tools.update((record) => resumed(record, failure, bed.clock.now()));
      await bed.run(launching);
      assert.notEqual(memory.launches[1]?.token, memory.launches[0]?.token, 'Retry launches anew');
    });

    it('takes over what is found of it later, and launches nothing before Retry says so', async () => {
      const { memory } = await open();
      memory.lagLooks = Infinity;
      await withLostAnswer(bed);
      bed.clock.advance(23 * hour);
      await failing(bed);
      // As a window leaves it that closed before it wrote the failure.
      const goingOn: Phase = { kind: 'launching', step: 'Trying again', since: 0 };
      await bed.tools.update((record) => ({ ...record, phase: goingOn }));
      assert.match((await failing(bed)).message, /more than a day ago/);
      await bed.tools.update((record) => ({ ...record, phase: goingOn }));
      memory.add({ id: 'late', freeformTags: { 'oci-gpu-lab-launch': bed.tools.id } });
      assert.equal((await bed.run(launching)).kind, 'booting');
      assert.equal(bed.origin().instanceId, 'late');
      assert.equal(memory.launches.length, 1);
    });

    it('offers to end what it may have made, also where that is looked for again and cannot be', async () => {
      const { memory } = await open();
      memory.lagLooks = Infinity;
      await withLostAnswer(bed);
      bed.clock.advance(23 * hour);
      await failing(bed);
      await bed.tools.update((record) => ({ ...record, phase: { kind: 'launching', step: '', since: 0 } }));
      memory.fail('instancesOfLaunch', 'notFound');
      assert.equal((await failing(bed)).wayOut.at(-1), 'terminate');
      assert.equal(memory.leftovers().length, 2, 'and its network stays');
    });

    it('counts the token’s life from its first use, however often it is repeated', async () => {
      const { memory } = await open();
      memory.lagLooks = Infinity;
      await withLostAnswer(bed);
      bed.clock.advance(12 * hour);
      memory.loseAnswer('launch');
      await retrying(bed, await failing(bed));
      bed.clock.advance(12 * hour);
      assert.match((await failing(bed)).message, /more than a day ago/);
    });

    it('does not take an earlier attempt that failed for the one it looks for', async () => {
      const { memory } = await open();
      memory.add({
        id: 'earlier',
        lifecycleState: 'TERMINATED',
        freeformTags: { 'oci-gpu-lab-launch': bed.tools.id },
      });
      await withLostAnswer(bed);
      await bed.run(launching);
      assert.notEqual(bed.origin().instanceId, 'earlier');
    });
  });

  it('does not launch again when the window closed between the answer and the next phase', async () => {
    const { memory } = await open();
    await launching(bed.tools);
    assert.equal((await launching(bed.tools)).kind, 'booting');
    assert.equal(memory.launches.length, 1);
  });

  for (const kind of ['invalid', 'notFound', 'notAuthenticated'] satisfies CloudErrorKind[]) {
    it(`knows that nothing was launched when OCI refuses the request (${kind})`, async () => {
      const { memory } = await open();
      memory.fail('launch', kind);
      const failure = await failing(bed);
      assert.ok(failure.wayOut.includes('forget'), 'nothing is left to terminate');
      assert.deepEqual(memory.leftovers(), []);
    });
  }

  const doubts = [
    ['OCI knows the token already', 'conflict', { code: 'InvalidatedRetryToken' }],
    ['the session ends after a try without an answer', 'notAuthenticated', { afterUnanswered: true }],
    ['the service is busy after a try without an answer', 'tooManyRequests', { afterUnanswered: true }],
  ] as const;
  for (const [when, kind, details] of doubts) {
    it(`does not say that nothing was launched when ${when}`, async () => {
      const { memory } = await open();
      memory.fail('launch', kind, details);
      assert.deepEqual((await failing(bed)).wayOut.at(-1), 'terminate');
    });
  }

  it('does not forget an attempt without an answer when the session has ended before it is repeated', async () => {
    const { memory } = await open();
    memory.lagLooks = Infinity;
    await withLostAnswer(bed);
    memory.fail('launch', 'notAuthenticated', { endedSession: 'work' });
    assert.deepEqual((await failing(bed)).wayOut, ['signIn', 'retry', 'terminate']);
  });

  it('removes a network that was half made', async () => {
    const { memory } = await open();
    memory.fail('allowSshFrom', 'limitExceeded');
    const failure = await failing(bed);
    assert.deepEqual(failure.wayOut, ['retry', 'forget']);
    assert.deepEqual(memory.leftovers(), []);
  });

  it('remembers what it could not remove, so that Terminate can', async () => {
    const { memory } = await open();
    memory.fail('allowSshFrom', 'service');
    memory.fail('removeLabNetworkIfUnused', 'unreachable');
    const failure = await failing(bed);
    assert.deepEqual(failure.wayOut, ['retry', 'terminate']);
    assert.ok(bed.record().journal.some(({ step }) => step === 'network'));
  });

  it('says that a machine which had run before was terminated elsewhere, and does not launch another', async () => {
    const { memory } = await open();
    await bed.run(launching);
    await bed.tools.update((record) => ({ ...record, reachedAt: 1 }));
    const { instanceId = '' } = bed.origin();
    memory.setState(instanceId, 'TERMINATED');
    const phase = await bed.run(booting);
    assert.ok(phase.kind === 'terminated' && phase.elsewhere);
  });
});

type Failure = Extract<Phase, { kind: 'failed' }>;

async function failing(bed: StageBed): Promise<Failure> {
  const phase = await bed.run(launching);
  assert.ok(phase.kind === 'failed', phase.kind);
  return phase;
}

async function retrying(bed: StageBed, failure: Failure): Promise<void> {
  await bed.tools.update((record) => resumed(record, failure, bed.clock.now()));
}

/** A launch whose answer was lost, and on which Retry was chosen. */
async function withLostAnswer(bed: StageBed): Promise<void> {
  bed.memory.loseAnswer('launch');
  await retrying(bed, await failing(bed));
}

function domainsOf({ memory }: StageBed): string[] {
  return memory.launches.map(({ domain }) => domain);
}
