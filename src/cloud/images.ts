import type { Image as SdkImage } from 'oci-core/lib/model';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { tagNames } from './tags';
import type { Image, ImageFamily, Shape } from './types';

/** The image with which Oracle's tutorial was written. */
const tutorialImage = 'Oracle-Linux-7.9-Gen2-GPU-2022.05.31-0';

/**
 * Images that a shape can boot, the best first: for a GPU shape Oracle Linux with NVIDIA's driver (9, then 8),
 * Ubuntu and Debian, then Oracle Linux 7.9; for a CPU shape the plain platform images; the tenancy's own last.
 */
export async function listImages(
  { compute, coreModels }: Pick<Clients, 'compute' | 'coreModels'>,
  compartmentId: string,
  shape: Pick<Shape, 'name' | 'gpus' | 'cpu' | 'gpuArchitecture'>,
  signal?: AbortSignal,
): Promise<Image[]> {
  const images = await listAll('listImages', signal, (next) =>
    compute.listImages({
      compartmentId,
      shape: shape.name,
      lifecycleState: coreModels.Image.LifecycleState.Available,
      limit: 200,
      ...next,
    }),
  );
  return chooseImages(images, shape);
}

/** One image by its OCID; old images leave ListImages and can still be launched. */
export async function getImage(
  { compute }: Pick<Clients, 'compute'>,
  imageId: string,
  signal?: AbortSignal,
): Promise<Image> {
  const { image } = await call('getImage', signal, () => compute.getImage({ imageId }));
  return toImage(image);
}

/** Keeps what fits a shape, the best first. OCI's own display-name filter matches whole names only. */
export function chooseImages(
  images: readonly SdkImage[],
  shape: Pick<Shape, 'gpus' | 'cpu' | 'gpuArchitecture'>,
): Image[] {
  return images
    .filter((image) => (image.lifecycleState as string) === 'AVAILABLE')
    .map(toImage)
    .filter((image) => fits(image, shape))
    .sort((a, b) => rank(a, shape) - rank(b, shape) || b.timeCreated.localeCompare(a.timeCreated));
}

function fits(
  image: Image,
  { gpus, cpu, gpuArchitecture }: Pick<Shape, 'gpus' | 'cpu' | 'gpuArchitecture'>,
): boolean {
  if (/Minimal|OKE|Cloud-Developer|Autonomous/i.test(image.name)) return false;
  if (/aarch64|arm64/i.test(image.name) !== (cpu === 'arm')) return false;
  if (/AMD-GPU/i.test(image.name)) return gpuArchitecture === 'amd';
  if (!image.isPlatformImage) return true;
  if (/Windows/i.test(image.operatingSystem)) return false;
  if (image.operatingSystem === 'Oracle Linux') return image.hasGpuDriver === gpus > 0;
  return image.family === 'ubuntu' || image.family === 'debian';
}

const familyRank: Readonly<Record<ImageFamily, number>> = {
  oracleLinux9: 0,
  oracleLinux8: 1,
  ubuntu: 2,
  debian: 3,
  oracleLinux7: 4,
  other: 5,
};

function rank(image: Image, { gpus }: Pick<Shape, 'gpus'>): number {
  const withoutDriver = gpus > 0 && !image.hasGpuDriver ? 10 : 0;
  const own = image.isPlatformImage ? 0 : 20;
  // Oracle Linux 7 has a driver, but an old Python: after every newer system.
  const old = image.family === 'oracleLinux7' ? 15 : 0;
  return familyRank[image.family] + withoutDriver + own + old;
}

/** Who cloud-init gives the key to on the family's usual images; a custom image can name another one by its tag. */
function usualLoginUser(family: ImageFamily): string {
  return family === 'ubuntu' ? 'ubuntu' : family === 'debian' ? 'debian' : 'opc';
}

function toImage(image: SdkImage): Image {
  const name = image.displayName ?? image.id;
  const family = familyOf(image.operatingSystem, image.operatingSystemVersion, name);
  return {
    id: image.id,
    name,
    family,
    operatingSystem: image.operatingSystem,
    operatingSystemVersion: image.operatingSystemVersion,
    hasGpuDriver: /-Gen2-GPU-\d/.test(name),
    // Platform images belong to no compartment of the tenancy: theirs is null, whatever the SDK's type says.
    isPlatformImage: !image.compartmentId,
    minBootVolumeGb: Math.max(50, Math.ceil((image.sizeInMBs ?? 0) / 1024)),
    loginUser: image.freeformTags?.[tagNames.loginUser] ?? usualLoginUser(family),
    isTutorialImage: name === tutorialImage,
    timeCreated: toIsoTime(image.timeCreated),
  };
}

function familyOf(operatingSystem: string, version: string, name: string): ImageFamily {
  if (/ubuntu/i.test(`${operatingSystem} ${name}`)) return 'ubuntu';
  if (/debian/i.test(`${operatingSystem} ${name}`)) return 'debian';
  if (/oracle.*linux/i.test(operatingSystem)) {
    if (version.startsWith('9')) return 'oracleLinux9';
    if (version.startsWith('8')) return 'oracleLinux8';
    if (version.startsWith('7')) return 'oracleLinux7';
  }
  return 'other';
}

/** The SDK types times as Date and gives the strings that came. */
export function toIsoTime(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString();
}
