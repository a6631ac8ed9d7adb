import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchPlan } from '../../src/instances/record';
import { createClouds } from '../../src/journey/clouds';
import { createLab } from '../../src/journey/create-lab';
import type { Lab } from '../../src/journey/lab';
import { systemClock as clock } from '../../src/ports/clock';
import { silentLogger as logger } from '../../src/ports/logger';
import { generateKey } from '../../src/ssh/generate-key';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { createMachines } from '../sandbox/machines/machines';
import { createMemorySecrets } from '../unit/journey/memory-secrets';
import { phaseOf } from '../unit/journey/lab-bed';

const resourcesDir = join(import.meta.dirname, '../../resources');

describe('an instance whose storage folder was deleted', function () {
  this.timeout(5 * 60_000);
  const machines = createMachines();
  const folder = mkdtempSync(join(tmpdir(), 'found-again-'));
  const sshDir = join(folder, 'ssh');
  const key = generateKey('mine');
  let simulated: SimulatedCloud;
  let lab: Lab;
  let id: string;
  let storages = 0;

  /** A window over an empty storage folder, with no secrets. */
  const openAnew = (): Lab => {
    const secrets = createMemorySecrets();
    const questions = {
      trustHostKey: async () => false,
      acceptHost: async () => false,
      ngcKey: async () => undefined,
      passphrase: async () => undefined,
    };
    const { configFile, profile } = simulated.credentials;
    const { region, endpointTemplate: endpoint } = simulated;
    const settings = () => ({ configFile, profile, region, endpoint });
    const clouds = createClouds({ settings, secrets, questions, logger, clock });
    const storageDir = join(folder, `storage-${String(storages++)}`);
    return createLab({
      ...{ storageDir, resourcesDir, sshDir, secrets, questions, logger, clock, clouds },
      cpuPackages: () => false,
      packageMirrors: () => ({}),
    });
  };

  before(async () => {
    mkdirSync(sshDir);
    writeFileSync(join(sshDir, 'mine'), key.privateKeyPem, { mode: 0o600 });
    await machines.prepare(['debian-12']);
    simulated = await startSimulatedCloud({ machines, timeScale: 0.02, packageLockSeconds: 0 });
    lab = openAnew();
    const { id: launched, ended } = await lab.launch(await aPlan(simulated, key.publicLine), {
      kind: 'file',
      path: join(sshDir, 'mine'),
    });
    id = launched;
    assert.deepEqual(await ended, { kind: 'done' });
  });
  after(async () => {
    await lab.dispose();
    await simulated.close();
    await machines.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reappears from its tags, with its disk and its key, and connects', async () => {
    await lab.dispose();
    lab = openAnew();
    assert.deepEqual(lab.instances, []);
    await lab.refresh();
    await phaseOf(lab, id, 'notSetUp', 'failed');
    const record = lab.get(id)?.record;
    assert.equal(record?.phase.kind, 'notSetUp', JSON.stringify(record?.phase));
    assert.deepEqual(record.ssh.key, { kind: 'file', path: join(sshDir, 'mine') });
    assert.ok(record.origin.kind === 'oci');
    assert.equal(record.origin.plan.bootVolumeSizeInGBs, 150);
  });

  it('asks for the key when that has gone too, and connects with the one that is chosen', async () => {
    await lab.dispose();
    rmSync(join(sshDir, 'mine'));
    lab = openAnew();
    await lab.refresh();
    await phaseOf(lab, id, 'failed');
    const phase = lab.get(id)?.record.phase;
    assert.ok(phase?.kind === 'failed');
    assert.match(phase.message, /No SSH key is known .* Choose the one/);
    assert.deepEqual(phase.wayOut, ['chooseSshKey', 'retry', 'terminate']);
    const chosen = await lab.chooseSshKey(id, { kind: 'private', privateKeyPem: key.privateKeyPem });
    assert.deepEqual(chosen, { kind: 'done' });
    assert.equal(lab.get(id)?.record.phase.kind, 'notSetUp');
  });
});

async function aPlan(simulated: SimulatedCloud, sshPublicKey: string): Promise<LaunchPlan> {
  const { createCloud, openCredentials, readProfile } = await import('../../src/cloud');
  const { credentials, region, compartmentId, endpointTemplate: endpoint } = simulated;
  const entry = await readProfile(credentials.profile, credentials.configFile);
  assert.ok(entry.kind === 'usable');
  const secrets = createMemorySecrets();
  const opened = await openCredentials(entry.profile, { secrets, askPassphrase: async () => undefined });
  assert.ok(opened.kind === 'opened');
  const cloud = await createCloud({ credentials: opened.credentials, region, endpoint, logger, clock });
  const shape = (await cloud.shapes(compartmentId, { includeCpu: false })).find(
    ({ name }) => name === 'VM.GPU3.2',
  );
  assert.ok(shape);
  const [image] = await cloud.images(compartmentId, shape);
  assert.ok(image);
  return {
    profile: credentials.profile,
    region,
    compartmentId,
    compartmentName: 'notebooks',
    shape: shape.name,
    gpus: { count: shape.gpus, name: shape.gpuDescription ?? '' },
    billedWhenStopped: shape.isBilledForStopped,
    image,
    availabilityDomains: [...shape.availabilityDomains],
    network: { kind: 'lab', allowSshFrom: '0.0.0.0/0' },
    bootVolumeSizeInGBs: 150,
    sshPublicKey,
    setupWay: null,
    extraPackages: [],
    name: 'found-again',
  };
}
