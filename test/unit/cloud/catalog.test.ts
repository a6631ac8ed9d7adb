import assert from 'node:assert/strict';
import type { Image as SdkImage, Shape as SdkShape } from 'oci-core/lib/model';
import { chooseImages } from '../../../src/cloud/images';
import { hourlyPrice, mergeShapes } from '../../../src/cloud/shapes';
import { architectureFrom } from '../../../src/cloud/shape-facts';

const live = (shape: string, more: Partial<SdkShape> = {}): SdkShape => ({
  shape,
  ocpus: 12,
  memoryInGBs: 180,
  ...more,
});

describe('shapes', () => {
  it('are one each, with every domain that has them', () => {
    const gpu = live('VM.GPU3.2', { gpus: 2, gpuDescription: 'NVIDIA® Tesla® V100' });
    const [shape, ...rest] = mergeShapes([
      { availabilityDomain: 'AD-1', shapes: [gpu] },
      { availabilityDomain: 'AD-2', shapes: [] },
      { availabilityDomain: 'AD-3', shapes: [gpu] },
    ]);
    assert.deepEqual(rest, []);
    assert.deepEqual(shape?.availabilityDomains, ['AD-1', 'AD-3']);
    assert.equal(shape.price?.usdPerHour, 5.9);
    assert.equal(shape.gpuArchitecture, 'volta');
    assert.equal(shape.gpuMemoryGb, 16);
  });

  it('that nobody knew are there all the same, their GPU guessed and their price left open', () => {
    const [shape] = mergeShapes([
      {
        availabilityDomain: 'AD-1',
        shapes: [live('BM.GPU.H900.8', { gpus: 8, gpuDescription: 'NVIDIA® H900' })],
      },
    ]);
    assert.equal(shape?.gpus, 8);
    assert.equal(shape.isBareMetal, true);
    assert.equal(shape.gpuArchitecture, 'unknown');
    assert.equal(shape.price, undefined);
    assert.equal(shape.isBilledForStopped, true);
  });

  it('take from the table what ListShapes does not say, and never the other way round', () => {
    const stopsBilling = (more: Partial<SdkShape>) =>
      mergeShapes([{ availabilityDomain: 'AD-1', shapes: [live('VM.GPU.A10.1', { gpus: 1, ...more })] }])[0]
        ?.isBilledForStopped;
    assert.equal(stopsBilling({}), false);
    assert.equal(stopsBilling({ isBilledForStoppedInstance: true }), true);
  });

  it('that are flexible have a price for what they are given', () => {
    const [shape] = mergeShapes([
      {
        availabilityDomain: 'AD-1',
        shapes: [live('VM.Standard.E4.Flex', { ocpus: 1, memoryInGBs: 16, isFlexible: true })],
      },
    ]);
    assert.ok(shape);
    assert.equal(hourlyPrice(shape, { ocpus: 4, memoryInGBs: 32 })?.toFixed(3), '0.148');
    assert.equal(shape.price?.usdPerHour.toFixed(3), '0.049');
    assert.equal(shape.flexible?.ocpus.min, 1);
  });

  for (const [description, architecture] of [
    ['NVIDIA® Tesla® P100', 'pascal'],
    ['NVIDIA® A10', 'ampere'],
    ['NVIDIA® A100', 'ampere'],
    ['NVIDIA® L40S', 'ada'],
    ['NVIDIA® H200', 'hopper'],
    ['NVIDIA® GB200', 'blackwell'],
    ['AMD® MI300X', 'amd'],
    ['Something new', 'unknown'],
  ] as const) {
    it(`know a GPU's architecture by its name: ${description}`, () =>
      assert.equal(architectureFrom(description), architecture));
  }
});

const image = (displayName: string, timeCreated: string, more: Partial<SdkImage> = {}) =>
  ({
    id: `ocid1.image.oc1..${displayName}`,
    displayName,
    compartmentId: null,
    operatingSystem: displayName.startsWith('Canonical') ? 'Canonical Ubuntu' : 'Oracle Linux',
    operatingSystemVersion: /(\d+(\.\d+)?)/.exec(displayName)?.[1] ?? '',
    lifecycleState: 'AVAILABLE',
    sizeInMBs: 47_694,
    timeCreated,
    ...more,
  }) as unknown as SdkImage;

const images = [
  image('Oracle-Linux-7.9-Gen2-GPU-2022.05.31-0', '2022-06-01'),
  image('Oracle-Linux-7.9-Gen2-GPU-2025.07.21-0', '2025-07-22'),
  image('Oracle-Linux-8.10-Gen2-GPU-2025.09.16-0', '2025-09-17'),
  image('Oracle-Linux-9.7-Gen2-GPU-2026.02.28-0', '2026-03-01'),
  image('Oracle-Linux-9.8-Gen2-GPU-2026.07.20-0', '2026-07-21'),
  image('Oracle-Linux-9.8-2026.07.20-0', '2026-07-21'),
  image('Oracle-Linux-9.8-aarch64-2026.07.20-0', '2026-07-21'),
  image('Oracle-Linux-9.8-Gen2-AMD-GPU-2026.07.20-0', '2026-07-21'),
  image('Oracle-Linux-9.8-Minimal-2026.07.20-0', '2026-07-21'),
  image('Oracle-Linux-8.10-Gen2-GPU-OKE-1.31', '2026-07-21'),
  image('Canonical-Ubuntu-24.04-2026.06.01-0', '2026-06-02'),
  image('my-own', '2026-08-01', { compartmentId: 'ocid1.compartment.oc1..mine' }),
];

describe('images', () => {
  const names = (shape: Parameters<typeof chooseImages>[1]) =>
    chooseImages(images, shape).map(({ name }) => name);

  it('for a GPU shape: the newest with a driver first, the tutorial’s among them, others’ variants left out', () => {
    assert.deepEqual(names({ gpus: 1, cpu: 'x86', gpuArchitecture: 'ampere' }), [
      'Oracle-Linux-9.8-Gen2-GPU-2026.07.20-0',
      'Oracle-Linux-9.7-Gen2-GPU-2026.02.28-0',
      'Oracle-Linux-8.10-Gen2-GPU-2025.09.16-0',
      'Canonical-Ubuntu-24.04-2026.06.01-0',
      'Oracle-Linux-7.9-Gen2-GPU-2025.07.21-0',
      'Oracle-Linux-7.9-Gen2-GPU-2022.05.31-0',
      'my-own',
    ]);
  });

  it('for a CPU shape: the plain ones', () => {
    assert.deepEqual(names({ gpus: 0, cpu: 'x86' }), [
      'Oracle-Linux-9.8-2026.07.20-0',
      'Canonical-Ubuntu-24.04-2026.06.01-0',
      'my-own',
    ]);
  });

  it('say who logs in, how large the disk must be, and which is the tutorial’s', () => {
    const chosen = chooseImages(images, { gpus: 1, cpu: 'x86', gpuArchitecture: 'volta' });
    const by = (name: string) => chosen.find((candidate) => candidate.name.startsWith(name));
    assert.equal(by('Oracle-Linux-9.8')?.loginUser, 'opc');
    assert.equal(by('Canonical')?.loginUser, 'ubuntu');
    assert.equal(by('Oracle-Linux-9.8')?.minBootVolumeGb, 50);
    assert.equal(by('Oracle-Linux-7.9-Gen2-GPU-2022')?.isTutorialImage, true);
    assert.equal(by('my-own')?.isPlatformImage, false);
  });
});
