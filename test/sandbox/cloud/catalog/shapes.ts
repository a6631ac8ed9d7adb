import type { models } from 'oci-core';
import type { Wire } from '../wire';

/** A shape as the catalog knows it. Figures: Oracle's public shape table and cost estimator, November 2026. */
export interface CatalogShape {
  readonly name: string;
  readonly kind: 'cpu' | 'nvidia' | 'amd-gpu' | 'arm' | 'arm-nvidia';
  readonly ocpus: number;
  readonly memoryInGBs: number;
  readonly gpus: number;
  /** As ListShapes words it; the stand-in nvidia-smi leaves out "®". */
  readonly gpuDescription?: string;
  readonly gpuMemoryGb?: number;
  /** Service limit that it counts against. */
  readonly quota: string;
  /** Only in these regions; absent: in all. */
  readonly regions?: readonly string[];
  readonly flexible?: { readonly maxOcpus: number; readonly maxMemoryInGBs: number };
  readonly billedWhenStopped?: boolean;
}

const PHOENIX = ['us-phoenix-1'];

type GpuRow = readonly [
  name: string,
  gpus: number,
  gpu: string,
  gpuGb: number,
  ocpus: number,
  gb: number,
  quota: string,
];

const nvidiaEverywhere: readonly GpuRow[] = [
  ['VM.GPU2.1', 1, 'P100', 16, 12, 72, 'gpu2-count'],
  ['VM.GPU3.1', 1, 'V100', 16, 6, 90, 'gpu3-count'],
  ['VM.GPU3.2', 2, 'V100', 16, 12, 180, 'gpu3-count'],
  ['VM.GPU3.4', 4, 'V100', 16, 24, 360, 'gpu3-count'],
  ['VM.GPU.A10.1', 1, 'A10', 24, 15, 240, 'gpu-a10-count'],
  ['VM.GPU.A10.2', 2, 'A10', 24, 30, 480, 'gpu-a10-count'],
  ['BM.GPU2.2', 2, 'P100', 16, 28, 192, 'gpu2-count'],
  ['BM.GPU3.8', 8, 'V100', 16, 52, 768, 'gpu3-count'],
  ['BM.GPU.A10.4', 4, 'A10', 24, 64, 1024, 'gpu-a10-count'],
  ['BM.GPU4.8', 8, 'A100', 40, 64, 2048, 'gpu4-count'],
];

const nvidiaInPhoenix: readonly GpuRow[] = [
  ['BM.GPU.A100-v2.8', 8, 'A100', 80, 128, 2048, 'gpu-a100-v2-count'],
  ['BM.GPU.L40S.4', 4, 'L40S', 48, 112, 1024, 'gpu-l40s-count'],
  // In no price list: a shape that nobody knew must still be offered.
  ['VM.GPU.L40S.1', 1, 'L40S', 48, 28, 256, 'gpu-l40s-count'],
  ['BM.GPU.H100.8', 8, 'H100', 80, 112, 2048, 'gpu-h100-count'],
  ['BM.GPU.H200.8', 8, 'H200', 141, 112, 3072, 'gpu-h200-count'],
  ['BM.GPU.B200.8', 8, 'B200', 180, 128, 4096, 'gpu-b200-count'],
  ['BM.GPU.B300.8', 8, 'B300', 268, 128, 4096, 'gpu-b300-count'],
  ['BM.GPU.RTXPRO.8', 8, 'RTX PRO 6000 Blackwell', 96, 144, 3072, 'gpu-rtxpro-count'],
];

const nvidia = ([name, gpus, gpu, gpuMemoryGb, ocpus, memoryInGBs, quota]: GpuRow): CatalogShape => ({
  name,
  kind: 'nvidia',
  ocpus,
  memoryInGBs,
  gpus,
  gpuDescription: `NVIDIA® ${gpu}`,
  gpuMemoryGb,
  quota,
  // Stopping pauses the bill for the A10 virtual machines alone.
  billedWhenStopped: !name.startsWith('VM.GPU.A10'),
});

const armNvidia = (name: string, gpu: string, gpuMemoryGb: number, quota: string): CatalogShape => ({
  ...nvidia([name, 4, gpu, gpuMemoryGb, 144, 960, quota]),
  kind: 'arm-nvidia',
  regions: PHOENIX,
});

const amdGpu = (
  name: string,
  gpu: string,
  gpuMemoryGb: number,
  memoryInGBs: number,
  quota: string,
): CatalogShape => ({
  name,
  kind: 'amd-gpu',
  ocpus: 112,
  memoryInGBs,
  gpus: 8,
  gpuDescription: `AMD Instinct™ ${gpu}`,
  gpuMemoryGb,
  quota,
  regions: PHOENIX,
  billedWhenStopped: true,
});

const cpu = (name: string, ocpus: number, memoryInGBs: number, quota: string): CatalogShape => ({
  name,
  kind: 'cpu',
  ocpus,
  memoryInGBs,
  gpus: 0,
  quota,
});

export const catalogShapes: readonly CatalogShape[] = [
  ...nvidiaEverywhere.map(nvidia),
  ...nvidiaInPhoenix.map((row) => ({ ...nvidia(row), regions: PHOENIX })),
  armNvidia('BM.GPU.GB200.4', 'GB200', 189, 'gpu-gb200-count'),
  armNvidia('BM.GPU.GB300.4', 'GB300', 278, 'gpu-gb300-count'),
  amdGpu('BM.GPU.MI300X.8', 'MI300X', 192, 2048, 'gpu-mi300x-count'),
  amdGpu('BM.GPU.MI355X.8', 'MI355X', 288, 3072, 'gpu-mi355x-count'),
  {
    ...cpu('VM.Standard.E5.Flex', 1, 12, 'standard-e5-core-count'),
    flexible: { maxOcpus: 94, maxMemoryInGBs: 1049 },
  },
  {
    ...cpu('VM.Standard.E4.Flex', 1, 16, 'standard-e4-core-count'),
    flexible: { maxOcpus: 64, maxMemoryInGBs: 1024 },
  },
  cpu('VM.Standard2.1', 1, 15, 'standard2-core-count'),
  cpu('VM.Standard2.2', 2, 30, 'standard2-core-count'),
  {
    ...cpu('VM.Standard.A1.Flex', 1, 6, 'standard-a1-core-count'),
    kind: 'arm',
    flexible: { maxOcpus: 80, maxMemoryInGBs: 512 },
  },
];

export const shapesOf = (region: string): readonly CatalogShape[] =>
  catalogShapes.filter((shape) => shape.regions?.includes(region) ?? true);

/** The shape as ListShapes returns it. */
export function shapeRecord(shape: CatalogShape): Wire<models.Shape> {
  const { name, flexible, gpus, gpuDescription } = shape;
  return {
    shape: name,
    processorDescription: shape.kind.startsWith('arm') ? 'Arm' : 'x86-64',
    ocpus: shape.ocpus,
    memoryInGBs: shape.memoryInGBs,
    networkPorts: 1,
    networkingBandwidthInGbps: name.startsWith('BM.') ? 50 : 8,
    maxVnicAttachments: 2,
    gpus,
    ...(gpuDescription === undefined ? {} : { gpuDescription }),
    localDisks: 0,
    isLiveMigrationSupported: false,
    isBilledForStoppedInstance: shape.billedWhenStopped ?? false,
    billingType: 'PAID',
    quotaNames: [shape.quota],
    isSubcore: false,
    isFlexible: flexible !== undefined,
    resizeCompatibleShapes: [],
    platformNames: [],
    ...(flexible === undefined
      ? {}
      : {
          ocpuOptions: { min: 1, max: flexible.maxOcpus },
          memoryOptions: {
            minInGBs: 1,
            maxInGBs: flexible.maxMemoryInGBs,
            defaultPerOcpuInGBs: shape.memoryInGBs,
            minPerOcpuInGBs: 1,
            maxPerOcpuInGBs: 64,
          },
        }),
  };
}
