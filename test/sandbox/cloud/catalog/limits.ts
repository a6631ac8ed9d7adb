/** A service limit. `value` holds for each availability domain (AD), or once for the region. */
export interface CatalogLimit {
  readonly service: 'compute' | 'vcn' | 'block-storage';
  readonly name: string;
  readonly description: string;
  readonly scope: 'AD' | 'REGION';
  readonly value: number;
}

const gpu = (name: string, value: number): CatalogLimit => ({
  service: 'compute',
  name,
  description: `Number of GPUs (${name.replace(/-count$/, '')})`,
  scope: 'AD',
  value,
});

const cores = (name: string, value: number): CatalogLimit => ({
  service: 'compute',
  name,
  description: `Number of cores (${name.replace(/-core-count$/, '')})`,
  scope: 'AD',
  value,
});

export const catalogLimits: readonly CatalogLimit[] = [
  // As in a new tenancy: none of these GPUs until a request for them was granted.
  gpu('gpu2-count', 0),
  gpu('gpu3-count', 16),
  gpu('gpu-a10-count', 8),
  gpu('gpu4-count', 8),
  gpu('gpu-a100-v2-count', 8),
  gpu('gpu-l40s-count', 4),
  gpu('gpu-h100-count', 0),
  gpu('gpu-h200-count', 0),
  gpu('gpu-b200-count', 0),
  gpu('gpu-b300-count', 0),
  gpu('gpu-rtxpro-count', 0),
  gpu('gpu-gb200-count', 0),
  gpu('gpu-gb300-count', 0),
  gpu('gpu-mi300x-count', 8),
  gpu('gpu-mi355x-count', 0),
  cores('standard-e5-core-count', 100),
  cores('standard-e4-core-count', 100),
  cores('standard2-core-count', 50),
  cores('standard-a1-core-count', 4),
  {
    service: 'compute',
    name: 'custom-image-count',
    description: 'Custom images',
    scope: 'REGION',
    value: 100,
  },
  { service: 'vcn', name: 'vcn-count', description: 'Virtual cloud networks', scope: 'REGION', value: 50 },
  {
    service: 'block-storage',
    name: 'total-storage-gb',
    description: 'Volume size (GB)',
    scope: 'AD',
    value: 50_000,
  },
];

/** Shapes without a free host, by region and availability-domain number. */
export const outOfCapacity: readonly {
  readonly region: string;
  readonly domain: number;
  readonly shape: string;
}[] = [{ region: 'ap-tokyo-1', domain: 1, shape: 'VM.GPU.A10.1' }];
