import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { decodeStrictly } from '../cloud/decode-strictly';
import { pictureOfFailure } from './failure-picture';
import { openLabBed, type LabBed } from './lab-bed';
import { doMainJob, sandboxJob, sandboxSystem } from './main-job';

const launchBody = v.object({ sourceDetails: v.object({ imageId: v.string() }) });
const shape = 'VM.GPU3.2';
const images = v.array(v.object({ id: v.string(), displayName: v.string() }));

describe('A GPU shape on a machine without GPUs, in the real editor', function () {
  this.timeout(10 * 60_000);
  let bed: LabBed;
  let pictures: string;

  before('the first time ever, the machine is built', async function () {
    this.timeout(30 * 60_000);
    pictures = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-pictures-'));
    bed = await openLabBed({ cpuPackages: true, systems: [sandboxSystem(shape)] });
  });

  afterEach(async function () {
    await pictureOfFailure(bed, this.currentTest);
  });

  after(async () => {
    // Missing when the beginning failed.
    await (bed as LabBed | undefined)?.close();
    await rm(pictures, { recursive: true, force: true });
  });

  /** The name of the image that was launched, as the cloud's own answers give it. */
  const launchedImage = (): string | undefined => {
    const asked = (name: string) => bed.cloud.exchanges.filter(({ operation }) => operation === name);
    const { sourceDetails } = v.parse(launchBody, asked('LaunchInstance').at(-1)?.requestBody);
    const known = asked('ListImages').flatMap(({ responseBody }) => v.parse(images, responseBody));
    return known.find(({ id }) => id === sourceDetails.imageId)?.displayName;
  };

  it('M1, M2: is launched with its price and the newest image that has the driver', async () => {
    const job = sandboxJob(bed, { shape, way: 'native', pictures });
    for await (const { title, seen } of doMainJob(bed, job)) {
      if (title === 'Choose what to launch') assert.match(seen, /\$5\.90\/h/);
      if (title === 'Launch and set up') break;
    }
    assert.equal(bed.cloud.billing().instances[0]?.shape, shape);
    assert.equal(launchedImage(), 'Oracle-Linux-9.8-Gen2-GPU-2026.07.20-0');
  });

  it('M13: says that TensorFlow sees 0 of 2 GPUs, why, and what to do', async () => {
    assert.match(await bed.person.treeItemText(/^GPUs/), /0 of 2/);
    const told = await bed.person.waitForNotification(/TensorFlow sees 0 of 2 GPUs/);
    assert.match(told, /the CPU build of TensorFlow is installed.*Set up again with the GPU build/);
  });

  it('asked the cloud nothing that OCI does not know', async () => {
    assert.deepEqual(await decodeStrictly(bed.cloud.exchanges), []);
  });
});
