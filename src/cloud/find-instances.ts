import type { Logger } from '../ports/logger';
import { mapAtMost } from './at-most';
import { listTaggedKeptBootVolumes } from './boot-volumes';
import { isCloudError } from './errors';
import { listInstances } from './instances';
import { tagNames } from './tags';
import { listCompartments, type TenancyDeps } from './tenancy';
import type { BootVolume, Instance } from './types';

/** Compartments that are asked side by side. */
const compartmentsAtOnce = 6;

export interface FindDeps extends TenancyDeps {
  readonly logger: Logger;
}

/**
 * Every instance of the region that this extension launched, terminated ones too, whatever its compartment.
 * ListInstances cannot be asked for tags, so each compartment is read; one that the user may not read is passed over.
 */
export async function findLabInstances(deps: FindDeps, signal?: AbortSignal): Promise<Instance[]> {
  const instances = await inEveryCompartment(deps, signal, (id) =>
    listInstances(deps.clients, id, { includeTerminated: true }, signal),
  );
  return instances.filter(({ freeformTags }) => freeformTags[tagNames.launch] !== undefined);
}

/** Every boot volume of the region that this extension has kept, whatever its compartment. */
export async function findKeptBootVolumes(deps: FindDeps, signal?: AbortSignal): Promise<BootVolume[]> {
  return await inEveryCompartment(deps, signal, (id) => listTaggedKeptBootVolumes(deps.clients, id, signal));
}

async function inEveryCompartment<T>(
  deps: FindDeps,
  signal: AbortSignal | undefined,
  list: (compartmentId: string) => Promise<T[]>,
): Promise<T[]> {
  const compartments = await listCompartments(deps, signal);
  const lists = await mapAtMost(compartmentsAtOnce, compartments, async ({ id, path }) => {
    try {
      return await list(id);
    } catch (error) {
      if (!isCloudError(error, 'notFound')) throw error;
      deps.logger.debug(`Compartment ${path} may not be read`);
      return [];
    }
  });
  return lists.flat();
}

/** Which launch, and where its plan puts the instance. */
export interface LaunchPlace {
  readonly launchId: string;
  readonly compartmentId: string;
}

/** The instances of one launch: one, none, or several after a fault in between. */
export async function findInstancesOfLaunch(
  { clients }: Pick<FindDeps, 'clients'>,
  { launchId, compartmentId }: LaunchPlace,
  signal?: AbortSignal,
): Promise<Instance[]> {
  const instances = await listInstances(clients, compartmentId, { includeTerminated: true }, signal);
  return instances.filter(({ freeformTags }) => freeformTags[tagNames.launch] === launchId);
}
