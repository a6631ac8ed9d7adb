import { isImageTag } from '../ports/container-images';
import { isPackageRequirement } from '../ports/package-requirement';
import { setupWays, type SetupWay } from '../ports/setup-way';
import { recipeOf } from './plan';
import type { HostFacts } from './probe';

/** What the last set-up on a machine was asked for, whoever asked. */
export interface AskedSetup {
  readonly way: SetupWay;
  readonly extraPackages: readonly string[];
  /** For the ways with a container. */
  readonly containerTag?: string;
}

/** Reads it from what stands on the machine; undefined where there was no set-up. */
export function askedSetup({ recipe, extras, image }: HostFacts): AskedSetup | undefined {
  const way = setupWays.find((candidate) => recipeOf[candidate] === recipe);
  if (way === undefined) return undefined;
  const extraPackages = extras.split(' ').filter(isPackageRequirement);
  const tag = image.slice(image.lastIndexOf(':') + 1);
  return way === 'native' || !image.includes(':') || !isImageTag(tag)
    ? { way, extraPackages }
    : { way, extraPackages, containerTag: tag };
}
