import assert from 'node:assert/strict';
import type { InstanceRecord } from '../../../../src/instances/record';
import { connecting } from '../../../../src/journey/stages/connecting';
import { settingUp } from '../../../../src/journey/stages/setting-up';
import type { StageTools } from '../../../../src/journey/stage';
import { hostFacts } from '../../../../src/setup/probe';
import type { GpuReport, HostFacts, SetupPlan } from '../../../../src/setup/types';
import { aRecord } from '../../instances/a-record';
import { openLabBed } from '../lab-bed';
import { createMemorySetup, type MemorySetup } from '../memory-setup';
import { aPrivateKey, startSshServer, type SshServer } from '../ssh-server';
import { openStageBed, type StageBed } from '../stage-bed';

const found: HostFacts = hostFacts(
  'family=debian\nosName=Ubuntu 24.04\narch=x86_64\nuser=me\nsystemd=255\nsudo=passwordless\nfreeMiB=90000\n' +
    'gpus=2\ngpuName=NVIDIA A10\nport8888=free\nsetup=none\n',
);

describe('An SSH host that is added', () => {
  let server: SshServer;
  let bed: StageBed;
  beforeEach(async () => {
    server = await startSshServer();
  });
  afterEach(async () => {
    bed.close();
    await server.close();
  });

  const open = async (setup: MemorySetup, changes: Partial<StageTools> = {}): Promise<void> => {
    bed = await openStageBed(hostAt(server), { setup: () => Promise.resolve(setup), ...changes });
    await bed.secrets.store('key', aPrivateKey());
  };

  it('is looked at, shown, and taken when the person accepts what was found', async () => {
    const shown: HostFacts[] = [];
    const setup = createMemorySetup({ facts: found });
    await open(setup);
    const acceptHost = async (_host: unknown, facts: HostFacts): Promise<boolean> => {
      shown.push(facts);
      return true;
    };
    const tools = { ...bed.tools, questions: { ...bed.tools.questions, acceptHost } };
    const { kind } = await connecting(tools);
    assert.equal(kind, 'settingUp');
    assert.deepEqual(shown, [found]);
    await connecting(tools);
    assert.equal(shown.length, 1, 'asked once');
  });

  it('is refused with the reason, and can be tried again or leave the list; nobody can terminate it', async () => {
    await open(createMemorySetup({ facts: { ...found, port8888: 'nginx (process 812)' } }));
    const phase = await bed.run(connecting);
    assert.ok(phase.kind === 'failed');
    assert.match(phase.message, /Port 8888 is in use .* by nginx/);
    assert.deepEqual(phase.wayOut, ['retry', 'forget']);
  });

  it('is not promised to be terminated when its set-up fails', async () => {
    await open(createMemorySetup({ facts: found, start: { kind: 'refused', message: 'no' } }));
    const phase = await bed.run(settingUp);
    assert.ok(phase.kind === 'failed');
    assert.deepEqual(phase.wayOut, ['retry', 'forget']);
  });

  it('gets the GPU build for the GPUs that its driver lists, which are then expected of TensorFlow', async () => {
    const plans: SetupPlan[] = [];
    const setup = createMemorySetup({
      facts: found,
      events: [{ kind: 'ended', outcome: { kind: 'cancelled' } }],
    });
    const start: MemorySetup['start'] = async (plan) => {
      plans.push(plan);
      return { kind: 'started' };
    };
    await open({ ...setup, start });
    await bed.run(settingUp);
    assert.deepEqual(plans[0]?.gpus, { count: 2, name: 'NVIDIA A10' });
    assert.equal(plans[0].tensorflow, 'cuda');
  });
});

describe('An SSH host that the person has looked at and does not want', () => {
  it('leaves the list again, with its key', async () => {
    const facts = Object.entries(found).map(([name, value]) => `${name}=${value}\n`);
    const server = await startSshServer([[/^bash -s/, { stdout: facts.join('') }]]);
    const bed = await openLabBed({ acceptHost: false });
    const key = { kind: 'private', privateKeyPem: aPrivateKey() } as const;
    const host = { name: 'box', host: '127.0.0.1', port: server.port, user: 'me', key };
    const lab = bed.openWindow();
    const { ended } = await lab.addSshHost(host);
    assert.deepEqual(await ended, { kind: 'cancelled' });
    assert.deepEqual(lab.instances, []);
    assert.deepEqual(bed.secrets.keys, []);
    await bed.close();
    await server.close();
  });
});

describe('A machine that is found set up', () => {
  const gpus: GpuReport = { expected: 2, found: 1, checkedAt: 5, cause: 'driverSeesFewer' };

  it('has the way, packages and GPU check that stand on it, whatever its launch tags say', async () => {
    const server = await startSshServer();
    const outcome = {
      kind: 'readyWithWarning',
      gpus,
      message: 'One is missing.',
      nextAction: 'Restart.',
    } as const;
    const setup = createMemorySetup({
      facts: found,
      status: { kind: 'ended', outcome },
      asked: { way: 'dockerHub', extraPackages: ['pandas'], containerTag: '2.16.1-gpu-jupyter' },
    });
    const bed = await openStageBed(hostAt(server), { setup: () => Promise.resolve(setup) });
    await bed.secrets.store('key', aPrivateKey());
    const phase = await bed.run(connecting);
    assert.ok(phase.kind === 'ready');
    assert.equal(phase.warning, 'One is missing. Restart.');
    assert.deepEqual(bed.record().setup, {
      way: 'dockerHub',
      extraPackages: ['pandas'],
      containerTag: '2.16.1-gpu-jupyter',
      gpus,
    });
    bed.close();
    await server.close();
  });
});

function hostAt({ port, hostKey }: SshServer): InstanceRecord {
  return aRecord({
    origin: { kind: 'ssh' },
    ssh: {
      host: '127.0.0.1',
      port,
      user: 'me',
      hostKeys: [hostKey],
      key: { kind: 'secret', secretKey: 'key' },
    },
    setup: { way: 'native', extraPackages: [] },
    phase: { kind: 'connecting', step: '', since: 0 },
  });
}
