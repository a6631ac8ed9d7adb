import type { Compartment as SdkCompartment } from 'oci-identity/lib/model';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { isCloudError } from './errors';
import type { AvailabilityDomain, Compartment, Region } from './types';

/** Who asks, and in which tenancy. */
export interface TenancyDeps {
  readonly clients: Clients;
  readonly tenancyId: string;
}

/** The regions that are ready to use, the home region first. */
export async function listRegions(
  { clients, tenancyId }: TenancyDeps,
  signal?: AbortSignal,
): Promise<Region[]> {
  const answer = await call('listRegionSubscriptions', signal, () =>
    clients.identity.listRegionSubscriptions({ tenancyId }),
  );
  return answer.items
    .filter(({ status }) => (status as string) === 'READY')
    .map(({ regionName, isHomeRegion }) => ({ id: regionName, isHome: isHomeRegion }))
    .sort((a, b) => Number(b.isHome) - Number(a.isHome) || a.id.localeCompare(b.id));
}

/** Every active compartment that the user may see, the root (the tenancy itself, which OCI leaves out) first. */
export async function listCompartments(deps: TenancyDeps, signal?: AbortSignal): Promise<Compartment[]> {
  const { clients, tenancyId } = deps;
  const [rootName, below] = await Promise.all([
    tenancyName(deps, signal),
    listAll('listCompartments', signal, (next) =>
      clients.identity.listCompartments({
        compartmentId: tenancyId,
        compartmentIdInSubtree: true,
        accessLevel: clients.identityRequests.ListCompartmentsRequest.AccessLevel.Accessible,
        lifecycleState: 'ACTIVE',
        limit: 500,
        ...next,
      }),
    ),
  ]);
  const byId = new Map(below.map((compartment) => [compartment.id, compartment]));
  const root: Compartment = { id: tenancyId, name: rootName, path: rootName, isRoot: true };
  const others = below
    .map((compartment) => ({
      id: compartment.id,
      name: compartment.name,
      path: pathOf(compartment, byId),
      isRoot: false,
    }))
    .sort((a, b) => a.path.localeCompare(b.path));
  return [root, ...others];
}

/** A user may see compartments without being allowed to read the tenancy's name. */
async function tenancyName({ clients, tenancyId }: TenancyDeps, signal?: AbortSignal): Promise<string> {
  try {
    const { tenancy } = await call('getTenancy', signal, () => clients.identity.getTenancy({ tenancyId }));
    return tenancy.name ?? 'root';
  } catch (error) {
    if (isCloudError(error, 'notFound')) return 'root';
    throw error;
  }
}

function pathOf(compartment: SdkCompartment, byId: ReadonlyMap<string, SdkCompartment>): string {
  const names = [compartment.name];
  const visited = new Set([compartment.id]);
  let parent = byId.get(compartment.compartmentId);
  while (parent !== undefined && !visited.has(parent.id)) {
    names.unshift(parent.name);
    visited.add(parent.id);
    parent = byId.get(parent.compartmentId);
  }
  return names.join(' / ');
}

/** The region's availability domains, in OCI's order. */
export async function listAvailabilityDomains(
  { clients, tenancyId }: TenancyDeps,
  signal?: AbortSignal,
): Promise<AvailabilityDomain[]> {
  const answer = await call('listAvailabilityDomains', signal, () =>
    clients.identity.listAvailabilityDomains({ compartmentId: tenancyId }),
  );
  return answer.items.flatMap(({ name }) => (name === undefined ? [] : [{ name }]));
}
