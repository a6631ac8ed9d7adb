import assert from 'node:assert/strict';
import type { FailedPhase } from '../../src/instances/phase';
import type { InstanceRecord } from '../../src/instances/record';
import { drive } from '../../src/journey/drive';
import { withOci } from '../../src/journey/stage';
import { booting } from '../../src/journey/stages/booting';
import { connecting } from '../../src/journey/stages/connecting';
import { aRecord } from '../unit/instances/a-record';
import { createMemorySetup } from '../unit/journey/memory-setup';
import { aPrivateKey, startSshServer, type Answers, type SshServer } from '../unit/journey/ssh-server';
import { openStageBed, type StageBed } from '../unit/journey/stage-bed';

const minute = 60_000;

describe('The first boot', () => {
  let bed: StageBed;
  const open = async (shape: string): Promise<void> => {
    bed = await openStageBed(launched(shape));
    bed.memory.add({ id: 'one', lifecycleState: 'RUNNING' });
    bed.memory.publicIp = '127.0.0.1';
  };
  afterEach(() => bed.close());
  const failure = async (): Promise<FailedPhase> => {
    const phase = await booting(bed.tools);
    assert.ok(phase.kind === 'failed', phase.kind);
    return phase;
  };
  /** How long the stage has waited, in minutes. */
  const waited = async (work: () => Promise<unknown>): Promise<number> => {
    const before = bed.clock.now();
    await work();
    return (bed.clock.now() - before) / minute;
  };
  const within = (minutes: number, limit: number) =>
    assert.ok(minutes > 0.8 * limit && minutes <= limit, `${String(minutes)} of ${String(limit)} minutes`);

  for (const [shape, running, port] of [
    ['VM.GPU3.2', 10, 5],
    ['BM.GPU4.8', 45, 20],
  ] as const) {
    it(`of ${shape} is waited for ${String(running)} minutes until it runs, and may be billed then`, async () => {
      await open(shape);
      bed.memory.setState('one', 'PROVISIONING');
      within(
        await waited(async () => {
          const { message, wayOut } = await failure();
          assert.match(message, new RegExp(`not run after ${String(running)} minutes.*billed`));
          assert.deepEqual(wayOut, ['retry', 'terminate']);
        }),
        running,
      );
    });

    it(`of ${shape} is waited for ${String(port)} minutes until SSH answers`, async () => {
      await open(shape);
      within(await waited(failure), port);
    });
  }

  it('that gives no address is told, and not waited for without end', async () => {
    await open('VM.GPU3.2');
    bed.memory.publicIp = undefined;
    within(await waited(async () => assert.match((await failure()).message, /no address/)), 5);
  });
});

describe('First contact', () => {
  let server: SshServer;
  let bed: StageBed;
  const open = async (answers: Answers): Promise<void> => {
    server = await startSshServer(answers);
    const { port, hostKey } = server;
    const record = launched('VM.GPU3.2');
    const setup = createMemorySetup();
    bed = await openStageBed(
      {
        ...record,
        ssh: {
          ...{ host: '127.0.0.1', port, user: 'opc', hostKeys: [hostKey] },
          key: { kind: 'secret', secretKey: 'key' },
        },
        setup: { way: null, extraPackages: [] },
        phase: { kind: 'connecting', step: '', since: 0 },
      },
      { setup: () => Promise.resolve(setup) },
    );
    await bed.secrets.store('key', aPrivateKey());
  };
  afterEach(async () => {
    bed.close();
    await server.close();
  });

  for (const [code, meaning, isTold] of [
    [0, 'done', false],
    [2, 'done, with errors that it has mended', false],
    [1, 'failed', true],
  ] as const) {
    it(`goes on when cloud-init ends with ${String(code)}: ${meaning}`, async () => {
      await open([[/cloud-init/, { code }]]);
      assert.deepEqual(await connecting(bed.tools), { kind: 'notSetUp' });
      assert.equal(bed.record().bootWarning !== undefined, isTold);
    });
  }

  const withoutSudo: Answers = [
    [/cloud-init/, { code: 1 }],
    [/sudo -n true/, { code: 1 }],
  ];

  it('does not go on when cloud-init has failed and its user has no sudo', async () => {
    await open(withoutSudo);
    const phase = await connecting(bed.tools);
    assert.ok(phase.kind === 'failed', phase.kind);
    assert.match(phase.message, /cloud-init failed.*opc has no sudo/);
    assert.deepEqual(phase.wayOut, ['retry', 'terminate']);
  });

  it('goes on so with an adopted machine: there it may never have had it', async () => {
    await open(withoutSudo);
    await bed.tools.update((record) => withOci(record, { foundBy: 'adoption' }));
    assert.deepEqual(await connecting(bed.tools), { kind: 'notSetUp' });
  });

  for (const [what, reachedAt, age, minutes] of [
    ['waits for the host keys on the console', undefined, 0, 5],
    ['looks once for those of a machine that was reached before', 1, 60, 0],
    ['waits for those of one that was found right after its launch', 1, 0, 5],
  ] as const) {
    it(`${what}, then asks the person`, async () => {
      await open([]);
      bed.memory.add({ id: 'one' });
      const began = bed.clock.now();
      await bed.tools.update((record) => ({
        ...withOci(record, { startedAt: began - age * minute }),
        ssh: { ...record.ssh, hostKeys: [] },
        ...(reachedAt === undefined ? {} : { reachedAt }),
      }));
      await connecting(bed.tools);
      const waitedMinutes = (bed.clock.now() - began) / minute;
      assert.ok(
        waitedMinutes <= minutes && waitedMinutes >= 0.8 * minutes,
        `${String(waitedMinutes)} of ${String(minutes)} minutes`,
      );
      assert.deepEqual(bed.asked, [server.hostKey.fingerprint]);
    });
  }

  it('tells of a cloud-init that failed until a later boot goes well', async () => {
    await open([[/cloud-init/, { code: 1 }]]);
    const gpus = { expected: 0, found: 0, checkedAt: 0 };
    const setup = createMemorySetup({ status: { kind: 'ended', outcome: { kind: 'ready', gpus } } });
    await drive({ ...bed.tools, setup: () => Promise.resolve(setup) });
    const { phase } = bed.record();
    assert.match(phase.kind === 'ready' ? (phase.warning ?? '') : phase.kind, /cloud-init failed/);
    await server.close();
    bed.close();
    await open([]);
    await bed.tools.update((record) => ({ ...record, bootWarning: 'of before' }));
    await connecting(bed.tools);
    assert.equal(bed.record().bootWarning, undefined);
  });
});

function launched(shape: string): InstanceRecord {
  const record = aRecord({
    ssh: { port: 1, user: 'opc', hostKeys: [] },
    phase: { kind: 'booting', step: '', since: 0 },
  });
  assert.ok(record.origin.kind === 'oci');
  return withOci(record, { instanceId: 'one', plan: { ...record.origin.plan, shape } });
}
