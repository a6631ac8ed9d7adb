import { outOfCapacity } from './catalog/limits';
import type { Region } from './region';

/** Whether a shape has a free host in an availability domain. */
export function hasCapacity(region: Region, domain: string, shape: string): boolean {
  const number = region.domains.findIndex((one) => one.name === domain) + 1;
  return !outOfCapacity.some(
    (full) => full.region === region.name && full.domain === number && full.shape === shape,
  );
}
