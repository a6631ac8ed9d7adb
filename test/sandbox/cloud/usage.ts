import type { models } from 'oci-core';
import type { CatalogLimit } from './catalog/limits';
import type { CatalogShape } from './catalog/shapes';
import type { Region } from './region';
import type { Wire } from './wire';

/** How much an instance of this shape takes of its limit: GPUs, or cores. */
export const amountOf = (shape: CatalogShape, ocpus = shape.ocpus): number =>
  shape.gpus > 0 ? shape.gpus : ocpus;

/** What is used of a limit, in one availability domain or, without one, in the region. Stopped instances count. */
export function usedOf(limit: CatalogLimit, region: Region, domain?: string): number {
  if (limit.name === 'vcn-count') return region.vcns.all().length;
  if (limit.name === 'custom-image-count')
    return region.images.all().filter((image) => image.catalog.custom).length;
  if (limit.name === 'total-storage-gb') return storageGb(region, domain);
  return region.instances
    .all()
    .filter((instance) => instance.lifecycleState !== 'TERMINATED' && instance.availabilityDomain === domain)
    .reduce((sum, instance) => sum + amountOfInstance(instance, limit, region), 0);
}

function amountOfInstance(instance: Wire<models.Instance>, limit: CatalogLimit, region: Region): number {
  const shape = region.shapes.find((one) => one.name === instance.shape);
  return shape?.quota === limit.name ? amountOf(shape, instance.shapeConfig?.ocpus) : 0;
}

function storageGb(region: Region, domain: string | undefined): number {
  return region.bootVolumes
    .all()
    .filter((volume) => volume.lifecycleState !== 'TERMINATED' && volume.availabilityDomain === domain)
    .reduce((sum, volume) => sum + (volume.sizeInGBs ?? 0), 0);
}
