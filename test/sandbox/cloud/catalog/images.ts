import type { models } from 'oci-core';
import type { MachineOs } from '../../machines/machine';
import { newOcid } from '../ids';
import type { Wire } from '../wire';
import type { CatalogShape } from './shapes';

/** An image as the catalog knows it. Names are those of Oracle's platform images. */
export interface CatalogImage {
  readonly name: string;
  readonly operatingSystem: string;
  readonly version: string;
  /** What is booted for it. */
  readonly os: MachineOs;
  readonly fits: readonly CatalogShape['kind'][];
  readonly created: string;
  /** The part of the default boot volume that it uses; smallest boot volume in GB. */
  readonly minimumGb: number;
  /** Old images leave ListImages and still launch by OCID. */
  readonly unlisted?: boolean;
  readonly custom?: boolean;
}

const oracle = (
  release: string,
  date: string,
  flavour: string,
  os: MachineOs,
  fits: CatalogImage['fits'],
  more: Partial<CatalogImage> = {},
): CatalogImage => ({
  name: `Oracle-Linux-${release}-${flavour}${date}-0`,
  operatingSystem: 'Oracle Linux',
  version: release.split('.')[0] === '7' ? '7.9' : (release.split('.')[0] ?? release),
  os,
  fits,
  created: `${date.replaceAll('.', '-')}T06:00:00.000Z`,
  minimumGb: 47,
  ...more,
});

const x86 = ['cpu', 'nvidia', 'amd-gpu'] as const;

export const catalogImages: readonly CatalogImage[] = [
  oracle('7.9', '2022.05.31', 'Gen2-GPU-', 'oracle-linux-7', ['nvidia'], { unlisted: true }),
  oracle('7.9', '2025.07.21', 'Gen2-GPU-', 'oracle-linux-7', ['nvidia']),
  oracle('8.10', '2025.09.16', 'Gen2-GPU-', 'oracle-linux-8', ['nvidia']),
  oracle('9.7', '2026.02.28', 'Gen2-GPU-', 'oracle-linux-9', ['nvidia']),
  oracle('9.8', '2026.07.20', 'Gen2-GPU-', 'oracle-linux-9', ['nvidia']),
  oracle('9.8', '2026.07.21', 'AMD-GPU-', 'oracle-linux-9', ['amd-gpu']),
  oracle('7.9', '2025.06.24', '', 'oracle-linux-7', ['cpu']),
  oracle('8.10', '2026.07.20', '', 'oracle-linux-8', ['cpu']),
  oracle('9.8', '2026.07.20', '', 'oracle-linux-9', ['cpu']),
  oracle('9.8', '2026.07.20', 'aarch64-', 'oracle-linux-9', ['arm', 'arm-nvidia']),
  oracle('9.8', '2026.07.20', 'Minimal-', 'oracle-linux-9', ['cpu', 'nvidia']),
  oracle('8.10', '2025.09.16', 'Gen2-GPU-', 'oracle-linux-8', ['nvidia'], {
    name: 'Oracle-Linux-8.10-Gen2-GPU-2025.09.16-0-OKE-1.34.1-1191',
  }),
  {
    name: 'Canonical-Ubuntu-24.04-2026.06.30-0',
    operatingSystem: 'Canonical Ubuntu',
    version: '24.04',
    os: 'ubuntu-24.04',
    fits: ['cpu', 'nvidia'],
    created: '2026-07-02T06:00:00.000Z',
    minimumGb: 47,
  },
  {
    name: 'debian-12-lab',
    operatingSystem: 'Debian',
    version: '12',
    os: 'debian-12',
    fits: x86,
    created: '2026-05-02T06:00:00.000Z',
    minimumGb: 47,
    custom: true,
  },
];

/** An image of one region. Platform images belong to no compartment. */
export interface ImageRecord extends Omit<Wire<models.Image>, 'compartmentId'> {
  readonly compartmentId: string | null;
  readonly catalog: CatalogImage;
}

export function imageRecord(image: CatalogImage, place: string, customIn: string): ImageRecord {
  return {
    catalog: image,
    id: newOcid('image', place),
    compartmentId: image.custom ? customIn : null,
    createImageAllowed: true,
    displayName: image.name,
    launchMode: 'NATIVE',
    launchOptions: { bootVolumeType: 'PARAVIRTUALIZED', firmware: 'UEFI_64', networkType: 'PARAVIRTUALIZED' },
    lifecycleState: 'AVAILABLE',
    operatingSystem: image.operatingSystem,
    operatingSystemVersion: image.version,
    listingType: 'NONE',
    sizeInMBs: 47_694,
    billableSizeInGBs: 39,
    timeCreated: image.created,
    freeformTags: image.custom ? { 'oci-gpu-lab-user': 'opc' } : {},
    definedTags: {},
  };
}

/** The image as the API returns it. */
export function imageBody({ catalog: _catalog, ...image }: ImageRecord): object {
  return image;
}

export const imageFits = (image: ImageRecord, shape: CatalogShape): boolean =>
  image.catalog.fits.includes(shape.kind);
