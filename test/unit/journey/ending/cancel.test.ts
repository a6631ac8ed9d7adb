import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { Cloud } from '../../../../src/cloud/cloud';
import { launchTags } from '../../../../src/cloud/tags';
import { endDoubtfulLaunch } from '../../../../src/editor/commands/handlers/end-doubtful-launch';
import { undoLaunch } from '../../../../src/editor/commands/handlers/undo-launch';
import type { InstanceRecord } from '../../../../src/instances/record';
import type { InstanceView, Lab } from '../../../../src/journey/lab';
import type { HostKey } from '../../../../src/ssh/types';
import { aRecord } from '../../instances/a-record';
import { createFakeClock } from '../fake-clock';
import { aPlan, openLabBed, phaseOf, type LabBed } from '../lab-bed';
import { aPrivateKey, startSshServer } from '../ssh-server';

const generated = { kind: 'private', privateKeyPem: aPrivateKey() } as const;

describe('Cancelling a launch leaves nothing behind', () => {
  let bed: LabBed;
  beforeEach(async () => {
    bed = await openLabBed({ clock: createFakeClock() });
  });
  afterEach(async () => await bed.close());

  it('while it is only planned', async () => {
    const lab = bed.openWindow();
    const { id, ended } = await lab.launch(aPlan(), generated);
    await lab.cancel(id);
    await ended;
    assertNothingLeft(bed, lab.instances.length);
  });

  const steps: readonly [when: string, operation: keyof Cloud][] = [
    ['while the network is being made', 'ensureLabNetwork'],
    ['while port 22 is being opened', 'allowSshFrom'],
    ['while it is provisioning', 'instance'],
    ['while the address is awaited', 'addresses'],
  ];
  for (const [when, operation] of steps) {
    it(when, async () => {
      const held = bed.memory.hold(operation);
      const lab = bed.openWindow();
      const { id, ended } = await lab.launch(aPlan(), generated);
      await held.reached;
      assert.deepEqual(await lab.cancel(id), { kind: 'done' });
      assert.deepEqual(await ended, { kind: 'cancelled' });
      assertNothingLeft(bed, lab.instances.length);
    });
  }

  it('while LaunchInstance is on its way: its answer is awaited, then undone', async () => {
    const held = bed.memory.hold('launch');
    const lab = bed.openWindow();
    const { id } = await lab.launch(aPlan(), generated);
    await held.reached;
    const cancelled = lab.cancel(id);
    held.letGo();
    await cancelled;
    assert.equal(bed.memory.instances.length, 1, 'it had been launched');
    assertNothingLeft(bed, lab.instances.length);
  });

  it('also in the next window, when this one closes before LaunchInstance has answered', async () => {
    const held = bed.memory.hold('launch');
    const lab = bed.openWindow();
    const { id } = await lab.launch(aPlan(), generated);
    await held.reached;
    const noted = phaseOf(lab, id, 'terminating');
    const cancelled = lab.cancel(id);
    await noted;
    await lab.dispose();
    held.letGo();
    await cancelled.catch(() => undefined);
    const next = bed.openWindow();
    await phaseOf(next, id, 'terminated');
    assert.equal(bed.memory.instances.length, 1, 'it had been launched');
    assert.deepEqual(bed.memory.leftovers(), []);
  });

  it('right after the launch, while OCI does not know the new instance yet', async () => {
    bed.memory.unknownCalls = 6;
    bed.memory.lagLooks = 2;
    const held = bed.memory.hold('instance');
    const lab = bed.openWindow();
    const { id } = await lab.launch(aPlan(), generated);
    await held.reached;
    assert.deepEqual(await lab.cancel(id), { kind: 'done' });
    assert.equal(bed.memory.instances.length, 1, 'it had been launched');
    assertNothingLeft(bed, lab.instances.length);
  });

  it('while the host key is being read', async () => {
    const server = await startSshServer();
    leaveReachable(bed, server.port, { kind: 'connecting', step: '', since: 0 });
    const held = bed.memory.hold('hostKeyFingerprints');
    const lab = bed.openWindow();
    await held.reached;
    await lab.cancel(aRecord().id);
    assertNothingLeft(bed, lab.instances.length);
    await server.close();
  });

  it('when it is in a subnet of the person’s own: that stays as it is', async () => {
    const held = bed.memory.hold('instance');
    const lab = bed.openWindow();
    const network = { kind: 'subnet', subnetId: 'mine', subnetName: 'mine', isPublic: true } as const;
    const { id } = await lab.launch(aPlan({ network }), generated);
    await held.reached;
    await lab.cancel(id);
    assertNothingLeft(bed, lab.instances.length);
    assert.deepEqual(bed.memory.changes, ['launch', 'terminate']);
  });

  describe('while others use its network', () => {
    /** A launch that waits for its address. */
    const launched = async (lab: Lab, allowSshFrom: string): Promise<string> => {
      const held = bed.memory.hold('addresses');
      const { id } = await lab.launch(aPlan({ network: { kind: 'lab', allowSshFrom } }), generated);
      await held.reached;
      return id;
    };
    const [here, there] = ['203.0.113.7/32', '198.51.100.9/32'];

    it('closes port 22 to its address', async () => {
      const lab = bed.openWindow();
      await launched(lab, here);
      const second = await launched(lab, there);
      assert.deepEqual(bed.memory.sshSources, [here, there]);
      assert.deepEqual(await lab.cancel(second), { kind: 'done' });
      assert.deepEqual(bed.memory.sshSources, [here]);
    });

    it('leaves it open to an address that another one needs, until that goes too', async () => {
      const lab = bed.openWindow();
      await launched(lab, there);
      const first = await launched(lab, here);
      const second = await launched(lab, here);
      await lab.cancel(first);
      assert.deepEqual(bed.memory.sshSources, [there, here]);
      await lab.cancel(second);
      assert.deepEqual(bed.memory.sshSources, [there]);
    });

    it('leaves it open beside an instance that was found by its tags: whom that needs is not known', async () => {
      const lab = bed.openWindow();
      const first = await launched(lab, here);
      const freeformTags = launchTags({ launchId: 'elsewhere' });
      bed.memory.add({ id: 'found', lifecycleState: 'STOPPED', freeformTags });
      await lab.refresh();
      await lab.cancel(first);
      assert.deepEqual(bed.memory.sshSources, [here]);
    });

    it('leaves open what was open before', async () => {
      bed.memory.sshSources.push(there);
      const lab = bed.openWindow();
      await launched(lab, here);
      await lab.cancel(await launched(lab, there));
      assert.deepEqual(bed.memory.sshSources, [there, here]);
    });

    it('closes it to an address that was allowed later', async () => {
      const lab = bed.openWindow();
      await launched(lab, here);
      const second = await launched(lab, here);
      await lab.allowSshFrom(second, there);
      assert.deepEqual(bed.memory.sshSources, [here, there]);
      await lab.cancel(second);
      assert.deepEqual(bed.memory.sshSources, [here]);
    });

    it('closes it when it fails, too', async () => {
      const lab = bed.openWindow();
      await launched(lab, here);
      const full = { kind: 'outOfCapacity', message: 'No room.' } as const;
      for (const domain of aPlan().availabilityDomains) bed.memory.refuse(domain, full);
      const network = { kind: 'lab', allowSshFrom: there } as const;
      const { ended } = await lab.launch(aPlan({ network }), generated);
      assert.equal((await ended).kind, 'failed');
      assert.deepEqual(bed.memory.sshSources, [here]);
    });
  });

  it('says so when the cloud does not let it, and Terminate can be tried again', async () => {
    const held = bed.memory.hold('instance');
    const lab = bed.openWindow();
    const { id } = await lab.launch(aPlan(), generated);
    await held.reached;
    bed.memory.fail('terminate', 'service');
    const outcome = await lab.cancel(id);
    assert.equal(outcome.kind, 'failed');
    bed.memory.fail('terminate');
    await lab.retry(id);
    assert.deepEqual(bed.memory.leftovers(), []);
  });
});

describe('A launch that is to be removed', () => {
  const view = (reachedAt?: number): InstanceView => ({
    record: aRecord({ phase: { kind: 'notSetUp' }, ...(reachedAt === undefined ? {} : { reachedAt }) }),
    tunnel: { kind: 'down' },
    kernels: [],
    ownedElsewhere: false,
  });
  const cases: readonly [
    what: string,
    before: InstanceView | undefined,
    after: InstanceView | undefined,
    steps: readonly string[],
  ][] = [
    ['is cancelled', view(), undefined, ['cancel']],
    ['is terminated when it was reached while the person was asked', view(1), view(1), ['terminate']],
    ['is terminated when it is reached at the last moment', view(), view(1), ['cancel', 'terminate']],
  ];
  for (const [what, before, after, expected] of cases) {
    it(what, async () => {
      const steps: string[] = [];
      const lab = {
        get: () => (steps.length === 0 ? before : after),
        cancel: async () => {
          steps.push('cancel');
          return { kind: 'done' } as const;
        },
      };
      await undoLaunch(lab, aRecord().id, async () => void steps.push('terminate'));
      assert.deepEqual(steps, expected);
    });
  }
});

describe('A launch in doubt that is to be ended', () => {
  const { origin } = aRecord();
  assert.ok(origin.kind === 'oci');
  const { instanceId: _unknown, ...unanswered } = origin;
  const viewOf = (record: Partial<InstanceRecord>): InstanceView => ({
    record: aRecord(record),
    tunnel: { kind: 'down' },
    kernels: [],
    ownedElsewhere: false,
  });
  const doubtful = viewOf({
    origin: unanswered,
    phase: { kind: 'failed', at: 'launching', message: '', wayOut: ['retry', 'terminate'], since: 0 },
  });
  const found = viewOf({
    origin: { ...unanswered, instanceId: 'ocid1.instance.oc1..found' },
    phase: { kind: 'ready', since: 0 },
  });

  for (const [what, now, expected] of [
    ['is terminated with its disk', doubtful, ['terminate, keep: false']],
    ['is asked about anew when its instance was found meanwhile', found, ['ask about ready']],
  ] as const) {
    it(what, async () => {
      const steps: string[] = [];
      const lab: Pick<Lab, 'get' | 'terminate'> = {
        get: () => now,
        terminate: async (_id, { keepBootVolume }) => {
          steps.push(`terminate, keep: ${String(keepBootVolume)}`);
          return { kind: 'done' };
        },
      };
      const ask = async ({ record }: InstanceView) => void steps.push(`ask about ${record.phase.kind}`);
      await endDoubtfulLaunch(lab, doubtful.record, ask);
      assert.deepEqual(steps, expected);
    });
  }
});

describe('Cancelling what was reached before', () => {
  const running =
    'os=debian\narch=x86_64\nuser=opc\nsystemd=252\nsudo=passwordless\nfreeMiB=900\nport8888=own\nsetup=running\n';
  let bed: LabBed;
  beforeEach(async () => {
    bed = await openLabBed();
  });
  afterEach(async () => await bed.close());

  it('ends set-up on the instance, and keeps the instance', async () => {
    const server = await startSshServer([
      [/^bash -s/, { stdout: running }],
      [/cancel\.sh/, {}],
      [/./, { hangs: true }],
    ]);
    leaveReachable(bed, server.port, { kind: 'settingUp', step: 'pip', index: 3, total: 9, since: 0 }, 1, [
      server.hostKey,
    ]);
    const following = new Promise<void>((resolve) => {
      server.onCommand((command) => {
        if (!command.startsWith('bash -s')) resolve();
      });
    });
    const lab = bed.openWindow();
    await following;
    assert.deepEqual(await lab.cancel(aRecord().id), { kind: 'done' });
    assert.ok(server.commands.some((command) => command.includes('cancel.sh')));
    assert.equal(lab.instances[0]?.record.phase.kind, 'notSetUp');
    assert.equal(bed.memory.leftovers().length, 1, 'the instance is still there');
    await lab.dispose();
    await server.close();
  });

  it('is not undone by the watcher, which sees a set-up that nobody follows while it is being ended', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const server = await startSshServer([
      [/^bash -s/, { stdout: running }],
      [/./, { hangs: true }],
    ]);
    leaveReachable(bed, server.port, { kind: 'settingUp', step: 'pip', index: 3, total: 9, since: 0 }, 1, [
      server.hostKey,
    ]);
    const heard = (script: string) =>
      new Promise<void>((resolve) => {
        server.onCommand((command) => {
          if (command.includes(script)) resolve();
        });
      });
    const [following, ending] = [heard('follow.sh'), heard('cancel.sh')];
    const lab = bed.openWindow();
    await following;
    const cancelled = lab.cancel(aRecord().id);
    await ending;
    const asked = server.commands.length;
    mock.timers.tick(5_000);
    for (let turn = 0; turn < 500; turn++) await new Promise((next) => setImmediate(next));
    const since = server.commands.length - asked;
    mock.timers.reset();
    await lab.dispose();
    await cancelled;
    await server.close();
    assert.equal(since, 0, 'nothing is begun again');
  });

  it('comes to rest, so that nothing spins for ever, and can be gone on with', async () => {
    leaveReachable(bed, 9, { kind: 'booting', step: '', since: 0 }, 1);
    const held = bed.memory.hold('instance');
    const lab = bed.openWindow();
    await held.reached;
    await lab.cancel(aRecord().id);
    const phase = lab.instances[0]?.record.phase;
    assert.ok(phase?.kind === 'failed' && phase.wayOut.includes('retry'));
    assert.equal(bed.memory.leftovers().length, 1, 'the instance is still there');
  });

  it('does not call back what the cloud does by itself', async () => {
    const hurried = await openLabBed({ clock: createFakeClock() });
    leaveReachable(hurried, 9, { kind: 'terminating', keepBootVolume: true, since: 0 }, 1);
    const held = hurried.memory.hold('instance');
    const lab = hurried.openWindow();
    await held.reached;
    const outcome = await lab.cancel(aRecord().id);
    assert.match(outcome.kind === 'failed' ? outcome.message : '', /cannot be called back/);
    held.letGo();
    await phaseOf(lab, aRecord().id, 'terminated');
    await hurried.close();
  });
});

function assertNothingLeft({ memory, secrets, folder }: LabBed, listed: number): void {
  assert.deepEqual(memory.leftovers(), []);
  assert.equal(listed, 0, 'and it is no longer in the list');
  assert.deepEqual(secrets.keys, [], 'nor is its key kept');
  assert.equal(existsSync(join(folder, 'keys')), false);
}

/** An instance that runs, as an earlier window left it. */
function leaveReachable(
  bed: LabBed,
  port: number,
  phase: InstanceRecord['phase'],
  reachedAt?: number,
  hostKeys: readonly HostKey[] = [],
): void {
  const record = aRecord();
  if (record.origin.kind !== 'oci') throw new Error('not an instance');
  bed.memory.add({ id: record.origin.instanceId ?? '' }, 200);
  void bed.secrets.store(`ssh-key:${record.id}`, generated.privateKeyPem);
  bed.leave({
    ...record,
    phase,
    ssh: {
      ...record.ssh,
      host: '127.0.0.1',
      port,
      hostKeys: [...hostKeys],
      key: { kind: 'secret', secretKey: `ssh-key:${record.id}` },
    },
    journal: [{ step: 'network', at: 0 }],
    ...(reachedAt === undefined ? {} : { reachedAt }),
  });
}
