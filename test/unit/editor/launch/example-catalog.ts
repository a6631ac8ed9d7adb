import type { ImageOption, LaunchCatalog, ShapeOption } from '../../../../src/editor/launch/catalog';
import type { DraftSettings } from '../../../../src/editor/launch/resolve-draft';

export const domains = ['x:FRA-AD-1', 'x:FRA-AD-2', 'x:FRA-AD-3'];

export const v100: ShapeOption = {
  name: 'VM.GPU3.2',
  kind: 'vm',
  gpus: { count: 2, name: 'V100', memoryGBs: 16 },
  ocpus: 12,
  memoryInGBs: 180,
  isFlexible: false,
  price: { usdPerHour: 5.9, asOf: '2026-09-18' },
  billedWhenStopped: true,
};
export const a10: ShapeOption = {
  ...v100,
  name: 'VM.GPU.A10.1',
  gpus: { count: 1, name: 'A10', memoryGBs: 24 },
  price: { usdPerHour: 2, asOf: '2026-09-18' },
  billedWhenStopped: false,
};
export const cpu: ShapeOption = {
  ...v100,
  name: 'VM.Standard.E4.Flex',
  kind: 'cpu',
  gpus: { count: 0, name: 'CPU' },
  ocpus: 2,
  memoryInGBs: 16,
  isFlexible: true,
  price: { usdPerHour: 0.074, asOf: '2026-09-18' },
};
export const amd: ShapeOption = {
  ...v100,
  name: 'BM.GPU.MI300X.8',
  kind: 'bareMetal',
  unusable: 'AMD GPUs need ROCm.',
};

export const image: ImageOption = {
  id: 'image-1',
  name: 'Oracle-Linux-8.10-Gen2-GPU',
  operatingSystem: 'Oracle Linux',
  isPlatformImage: true,
  loginUser: 'opc',
  createdOn: '2026-01-01',
  isTutorialImage: false,
  ways: { native: { fits: true }, dockerHub: { fits: false, reason: 'no' } },
  minBootVolumeGBs: 50,
};

/** A catalog with one region that answers at once; parts of it can be replaced. */
export function exampleCatalog(changes: Partial<LaunchCatalog> = {}): LaunchCatalog {
  return {
    profiles: () => Promise.resolve([{ name: 'DEFAULT', region: 'eu-frankfurt-1' }]),
    regions: () =>
      Promise.resolve([{ id: 'eu-frankfurt-1', name: 'Germany Central (Frankfurt)', isHome: true }]),
    compartments: () =>
      Promise.resolve([
        { id: 'root', name: 'root', path: 'root' },
        { id: 'lab', name: 'lab', path: 'root / lab' },
      ]),
    availabilityDomains: () => Promise.resolve(domains),
    shapes: () => Promise.resolve([v100, a10, cpu, amd]),
    availability: () =>
      Promise.resolve({
        domains,
        left: new Map(domains.map((domain) => [domain, 2])),
        domainsWithRoom: ['x:FRA-AD-2'],
      }),
    images: () => Promise.resolve([image]),
    subnets: () => Promise.resolve([{ id: 'subnet-1', name: 'inner', cidr: '10.0.0.0/24', isPublic: false }]),
    ...changes,
  };
}

export const settings: DraftSettings = {
  showCpuShapes: false,
  defaultBootVolumeSize: 200,
  profile: undefined,
  region: undefined,
  freeName: 'gpu-lab',
};
