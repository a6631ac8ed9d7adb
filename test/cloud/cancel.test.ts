import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '../../src/cloud';
import { createLab } from '../../src/journey/create-lab';
import type { Lab } from '../../src/journey/lab';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { aPlan } from '../unit/journey/lab-bed';
import { createMemorySecrets } from '../unit/journey/memory-secrets';

describe('M4: cancelling right after LaunchInstance has answered', function () {
  this.timeout(60_000);
  let simulated: SimulatedCloud;
  let cloud: Cloud;
  let lab: Lab;
  let folder: string;

  before(async () => {
    // So long that a cancel comes well before the new instance's id is known.
    simulated = await startSimulatedCloud({
      timeScale: 0.01,
      delays: { unknownId: 300_000 },
    });
    // Loaded as the lab loads its actions, so that a CloudError is the same class to both.
    const { connectToSimulated } = await import('./connect');
    cloud = await connectToSimulated(simulated);
    folder = mkdtempSync(join(tmpdir(), 'cancel-'));
    lab = createLab({
      storageDir: folder,
      resourcesDir: join(process.cwd(), 'resources'),
      secrets: createMemorySecrets(),
      questions: {
        trustHostKey: () => assert.fail('nothing was reached'),
        passphrase: () => assert.fail('nothing was to be opened'),
        ngcKey: () => assert.fail('nothing was set up'),
        acceptHost: () => assert.fail('no host was added'),
      },
      logger: silentLogger,
      clock: systemClock,
      clouds: {
        profiles: () => assert.fail('the profile is known'),
        of: () => Promise.resolve(cloud),
        current: () => Promise.resolve({ profile: 'DEFAULT', region: cloud.region }),
        quietPlaces: () => Promise.resolve({ places: [], unopened: [] }),
        reset: () => undefined,
      },
      cpuPackages: () => false,
      packageMirrors: () => ({}),
      sshDir: join(folder, 'ssh'),
    });
  });
  after(async () => {
    await lab.dispose();
    await simulated.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves no machine that is billed, although its id is not known yet', async () => {
    const atFirst = simulated.resources();
    const { id } = await lab.launch(await aSimulatedPlan(), {
      kind: 'agent',
      publicKey: 'ssh-ed25519 AAAA',
    });
    await launched(id);
    assert.deepEqual(await lab.cancel(id), { kind: 'done' });
    assert.deepEqual(lab.instances, []);
    assert.deepEqual(simulated.resources(), atFirst);
  });

  async function aSimulatedPlan() {
    const place = simulated.compartmentId;
    const shape = (await cloud.shapes(place, { includeCpu: false })).find(
      ({ name }) => name === 'VM.GPU.A10.1',
    );
    assert.ok(shape);
    const [image] = await cloud.images(place, shape);
    assert.ok(image);
    return aPlan({
      compartmentId: place,
      region: simulated.region,
      shape: shape.name,
      image,
      availabilityDomains: [...shape.availabilityDomains],
      sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFYNZxFlNGq5rb4Pxk3ZM3VbVIDmfQCY1KNV5pOOnqK me',
    });
  }

  async function launched(id: string): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        const origin = lab.get(id)?.record.origin;
        if (origin?.kind === 'oci' && origin.instanceId !== undefined) resolve();
      };
      lab.onDidChange(look);
      look();
    });
  }
});
