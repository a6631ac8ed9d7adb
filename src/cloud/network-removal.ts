import type { Vcn } from 'oci-core/lib/model';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { lookFor } from '../waiting/until';
import { eventually } from './eventually';
import { isCloudError } from './errors';
import { listInstances } from './instances';
import { findVcn, isAlive, isAlreadyGone, isOurs, type NetworkDeps, type NetworkPart } from './network';
import { tagNames } from './tags';
import { isGone } from './types';

export interface RemovalDeps extends NetworkDeps {
  readonly clients: Pick<Clients, 'network' | 'compute' | 'coreModels'>;
}

export type NetworkRemoval =
  | { readonly kind: 'removed' }
  | { readonly kind: 'nothingThere' }
  /** Something still uses it; it costs nothing and stays. */
  | { readonly kind: 'inUse' };

/** A subnet is "in use" for minutes after its last instance has ended (milliseconds). */
const detachLimitMs = 5 * 60_000;

/** A list shows a new network some seconds after it was made (milliseconds, from before it was asked for). */
const listLagMs = 30_000;

/** Which network is to go. */
export interface Removal {
  readonly compartmentId: string;
  /** When it began to be made (milliseconds since the epoch): a fresh one is looked for until lists must show it. */
  readonly begunAt?: number | undefined;
  /** Whether a launch is about to use it which no list can show yet; asked right before anything is removed. */
  readonly isAwaited?: (() => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes the lab's network if no instance uses it. Deletes are refused with 409 for a while after what used a thing
 * has ended: they are repeated up to a limit. What is gone already counts as done, so a broken-off removal can be
 * gone on with.
 */
export async function removeLabNetwork(deps: RemovalDeps, removal: Removal): Promise<NetworkRemoval> {
  const { clock } = deps;
  const { signal, begunAt = 0 } = removal;
  const limitMs = Math.max(0, begunAt + listLagMs - clock.now());
  const vcn = await lookFor(() => findVcn(deps, removal), {
    what: 'The network',
    limitMs,
    everyMs: 2_000,
    signal,
    clock,
  });
  if (vcn === undefined) return { kind: 'nothingThere' };
  try {
    // Begun anew as long as something is refused: a list may not have shown yet what still uses it.
    return await eventually(() => takeDown(deps, removal, vcn), {
      kinds: ['conflict'],
      what: 'The network',
      limitMs: detachLimitMs,
      clock,
      signal,
    });
  } catch (error) {
    if (isCloudError(error, 'conflict')) return { kind: 'inUse' };
    throw error;
  }
}

async function takeDown(deps: RemovalDeps, removal: Removal, vcn: Vcn): Promise<NetworkRemoval> {
  const { network } = deps.clients;
  const { compartmentId, signal } = removal;
  const place = { compartmentId, vcnId: vcn.id };
  const subnets = await ours('listSubnets', signal, (next) => network.listSubnets({ ...place, ...next }));
  const subnetIds = new Set(subnets.map(({ id }) => id));
  if ((await hasUsers(deps, removal, subnetIds)) || removal.isAwaited?.()) return { kind: 'inUse' };
  await Promise.all(
    [...subnetIds].map((subnetId) =>
      remove(signal, 'deleteSubnet', () => network.deleteSubnet({ subnetId })),
    ),
  );
  await removeParts(deps, removal, vcn);
  await remove(signal, 'deleteVcn', () => network.deleteVcn({ vcnId: vcn.id }));
  return { kind: 'removed' };
}

async function removeParts(deps: RemovalDeps, { compartmentId, signal }: Removal, vcn: Vcn): Promise<void> {
  const { network } = deps.clients;
  const place = { compartmentId, vcnId: vcn.id };
  const [groups, lists, gateways] = await Promise.all([
    ours('listNetworkSecurityGroups', signal, (next) =>
      network.listNetworkSecurityGroups({ ...place, ...next }),
    ),
    ours('listSecurityLists', signal, (next) => network.listSecurityLists({ ...place, ...next })),
    ours('listInternetGateways', signal, (next) => network.listInternetGateways({ ...place, ...next })),
    clearRoutes(deps, vcn, signal),
  ]);
  await Promise.all([
    ...groups.map(({ id }) =>
      remove(signal, 'deleteNetworkSecurityGroup', () =>
        network.deleteNetworkSecurityGroup({ networkSecurityGroupId: id }),
      ),
    ),
    ...lists.map(({ id }) =>
      remove(signal, 'deleteSecurityList', () => network.deleteSecurityList({ securityListId: id })),
    ),
    ...gateways.map(({ id }) =>
      remove(signal, 'deleteInternetGateway', () => network.deleteInternetGateway({ igId: id })),
    ),
  ]);
}

/** A gateway cannot be deleted while a route leads to it. */
async function clearRoutes(deps: RemovalDeps, vcn: Vcn, signal?: AbortSignal): Promise<void> {
  const rtId = vcn.defaultRouteTableId;
  if (rtId === undefined) return;
  const updateRouteTableDetails = { routeRules: [] };
  await remove(signal, 'updateRouteTable', () =>
    deps.clients.network.updateRouteTable({ rtId, updateRouteTableDetails }),
  );
}

/** An instance of ours that is being launched has no attachment yet: it counts as a user too. */
async function hasUsers(
  { clients }: RemovalDeps,
  { compartmentId, signal }: Removal,
  subnetIds: ReadonlySet<string>,
): Promise<boolean> {
  const [instances, attachments] = await Promise.all([
    listInstances(clients, compartmentId, { includeTerminated: false }, signal),
    listAll('listVnicAttachments', signal, (next) =>
      clients.compute.listVnicAttachments({ compartmentId, ...next }),
    ),
  ]);
  return instances
    .filter(({ lifecycleState }) => !isGone(lifecycleState))
    .some(({ id, freeformTags }) => {
      const subnets = attachments.flatMap(({ instanceId, subnetId }) =>
        instanceId === id && subnetId ? [subnetId] : [],
      );
      return subnets.length === 0
        ? freeformTags[tagNames.launch] !== undefined
        : subnets.some((subnet) => subnetIds.has(subnet));
    });
}

async function ours<T extends NetworkPart>(
  operation: string,
  signal: AbortSignal | undefined,
  list: Parameters<typeof listAll<T>>[2],
): Promise<T[]> {
  const parts = await listAll(operation, signal, list);
  return parts.filter(isOurs).filter(isAlive);
}

async function remove(
  signal: AbortSignal | undefined,
  operation: string,
  run: () => Promise<unknown>,
): Promise<void> {
  try {
    await call(operation, signal, run);
  } catch (error) {
    if (!isAlreadyGone(error)) throw error;
  }
}
