import type { SetupWay } from '../ports/setup-way';
import { setupWays } from '../ports/setup-way';
import type { GpuArchitecture, Image, ImageFamily, Shape } from './types';

/** Whether a setup way works on a shape with an image, as far as is known before it is tried. */
export type Fit =
  /** `caution`: what may still go wrong, in a sentence. */
  { readonly fits: true; readonly caution?: string } | { readonly fits: false; readonly reason: string };

/** A shape as far as it decides what runs there. */
export type FittingShape = Pick<Shape, 'cpu' | 'gpus' | 'gpuArchitecture'>;
/** An image as far as it decides what runs there. */
export type FittingImage = Pick<Image, 'family' | 'hasGpuDriver' | 'isPlatformImage'>;

/** `*` stands for any. The first row that matches decides. */
interface Row {
  readonly gpu: readonly GpuArchitecture[] | '*' | 'none';
  readonly image: readonly ImageFamily[] | '*' | 'withoutDriver' | 'ownImage';
  readonly way: readonly SetupWay[] | '*';
  readonly fit: Fit;
}

const no = (reason: string): Fit => ({ fits: false, reason });
const yes = (caution?: string): Fit => (caution === undefined ? { fits: true } : { fits: true, caution });

const oracleLinux7 =
  'Oracle Linux 7 is out of support: no fixes come, and TensorFlow 2.13 is the last that its own Python takes. Prefer 8 or 9.';

/**
 * GPU architecture × image family × setup way. Sources: the kernels that TensorFlow's wheels and images are compiled
 * for (2.21: sm_60 to sm_90; 2.13 on Python 3.8: up to sm_80), NVIDIA's release notes of the NGC TensorFlow images
 * (Blackwell since 25.01), and NVIDIA's driver notes (open kernel modules begin with Turing).
 */
const table: readonly Row[] = [
  {
    gpu: ['amd'],
    image: '*',
    way: '*',
    fit: no('AMD GPUs need ROCm; what is set up here is made for NVIDIA’s CUDA.'),
  },
  {
    gpu: 'none',
    image: ['oracleLinux7'],
    way: '*',
    fit: yes(oracleLinux7),
  },
  {
    gpu: 'none',
    image: ['other'],
    way: '*',
    fit: yes('This system is not one that was tried; setup looks first whether it can work.'),
  },
  { gpu: 'none', image: '*', way: '*', fit: yes() },
  {
    gpu: ['blackwell'],
    image: '*',
    way: ['native', 'dockerHub'],
    fit: no('TensorFlow’s own builds have no Blackwell kernels yet; NVIDIA’s NGC image has.'),
  },
  {
    gpu: ['ada', 'hopper', 'blackwell'],
    image: ['oracleLinux7'],
    way: '*',
    fit: no(
      'Oracle Linux 7 is older than this GPU: neither its driver nor TensorFlow 2.13 knows it. Choose Oracle Linux 8 or 9.',
    ),
  },
  {
    gpu: '*',
    image: 'withoutDriver',
    way: '*',
    fit: no('This image brings no NVIDIA driver. Choose an Oracle Linux image with Gen2-GPU in its name.'),
  },
  {
    gpu: '*',
    image: 'ownImage',
    way: '*',
    fit: yes('An image of your own: setup works if it brings an NVIDIA driver, and says so if it does not.'),
  },
  { gpu: '*', image: ['oracleLinux7'], way: '*', fit: yes(oracleLinux7) },
  {
    gpu: ['pascal', 'volta'],
    image: ['oracleLinux9'],
    way: '*',
    fit: yes(
      'New images may bring NVIDIA’s open driver, which does not drive this older GPU. If no GPU is found, take Oracle Linux 8.',
    ),
  },
  {
    gpu: ['unknown'],
    image: '*',
    way: '*',
    fit: yes('This GPU is not in the table; the GPU check at the end of setup decides.'),
  },
  { gpu: '*', image: '*', way: '*', fit: yes() },
];

/** Looks a combination up in the table. */
export function fitOf(shape: FittingShape, image: FittingImage, way: SetupWay): Fit {
  const problem = shapeProblem(shape);
  if (problem !== undefined) return no(problem);
  const row = table.find((candidate) => matches(candidate, shape, image, way));
  return row?.fit ?? no('Nothing is known about this combination.');
}

/** Why nothing that is set up here runs on a shape, whatever the image; `undefined` when something does. */
export function shapeProblem({ cpu, gpus, gpuArchitecture }: FittingShape): string | undefined {
  if (cpu === 'arm') {
    return gpus > 0
      ? 'This is an Arm machine: Oracle has no CUDA image for it, and TensorFlow no GPU build.'
      : 'This is an Arm machine; setup is made for x86-64.';
  }
  if (gpuArchitecture === undefined) return undefined;
  const ways = setupWays.map((way) =>
    table.find((row) => matches(row, { cpu, gpus, gpuArchitecture }, anyGpuImage, way)),
  );
  const refusals = ways.flatMap((row) => (row?.fit.fits === false ? [row.fit.reason] : []));
  return refusals.length === setupWays.length ? refusals[0] : undefined;
}

const anyGpuImage: FittingImage = { family: 'oracleLinux9', hasGpuDriver: true, isPlatformImage: true };

function matches(row: Row, shape: FittingShape, image: FittingImage, way: SetupWay): boolean {
  return (
    matchesGpu(row.gpu, shape) && matchesImage(row.image, image) && (row.way === '*' || row.way.includes(way))
  );
}

function matchesGpu(gpu: Row['gpu'], { gpus, gpuArchitecture = 'unknown' }: FittingShape): boolean {
  if (gpu === '*') return true;
  if (gpu === 'none') return gpus === 0;
  return gpus > 0 && gpu.includes(gpuArchitecture);
}

function matchesImage(
  wanted: Row['image'],
  { family, hasGpuDriver, isPlatformImage }: FittingImage,
): boolean {
  switch (wanted) {
    case '*':
      return true;
    case 'withoutDriver':
      return isPlatformImage && !hasGpuDriver;
    case 'ownImage':
      return !isPlatformImage && !hasGpuDriver;
    default:
      return wanted.includes(family);
  }
}
