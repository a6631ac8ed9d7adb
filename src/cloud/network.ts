import type {
  CreateSubnetDetails,
  InternetGateway,
  NetworkSecurityGroup,
  SecurityList,
  Subnet,
  Vcn,
} from 'oci-core/lib/model';
import type { Clock } from '../ports/clock';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { eventually } from './eventually';
import { isCloudError } from './errors';
import { allowSshFrom, type WantedSshRule } from './ssh-sources';
import { tagNames } from './tags';
import type { LabNetwork } from './types';

/** Display name of the VCN and of all its parts. */
export const labNetworkName = 'oci-gpu-lab';
const vcnCidr = '10.0.0.0/16';
const subnetCidr = '10.0.0.0/24';
const anywhere = '0.0.0.0/0';

/** The parts of the lab's network, in words for progress. */
export type NetworkStep =
  'Virtual cloud network' | 'Internet gateway' | 'Route' | 'Security list' | 'Security group' | 'Subnet';

export interface NetworkDeps {
  readonly clients: Pick<Clients, 'network' | 'coreModels'>;
  readonly clock: Clock;
}

export interface EnsureNetwork {
  readonly compartmentId: string;
  /** Freeform tags for every part, besides the one that marks it as the lab's. */
  readonly tags: Readonly<Record<string, string>>;
  /** Port 22 is opened to it, as by `allowSshFrom`. */
  readonly allowSshFrom?: string | undefined;
  readonly onOpening?: WantedSshRule['onOpening'];
  /** Told of each part that is being created (not of those that are there). */
  readonly onStep?: ((step: NetworkStep) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a part of the network is made by. */
interface EnsurePart extends EnsureNetwork {
  readonly vcn: Vcn;
  /** Made by this call: nothing can be in it yet, so nothing is looked for. */
  readonly isNewVcn: boolean;
}

/**
 * Finds the lab's network in a compartment or makes it: VCN, internet gateway, route, a security list with
 * egress only (the VCN's own opens port 22 to the world, and rules add up), a group for port 22, a public subnet.
 * What a broken-off earlier run left is gone on with. Parts that do not need each other are made side by side.
 */
export async function ensureLabNetwork(deps: NetworkDeps, request: EnsureNetwork): Promise<LabNetwork> {
  const found = await findVcn(deps, request);
  const vcn = found ?? (await createVcn(deps, request));
  const within: EnsurePart = { ...request, vcn, isNewVcn: found === undefined };
  const [group, subnet] = await Promise.all([
    ensureSecurityGroup(deps, within),
    ensureSecurityList(deps, within).then((list) => ensureSubnet(deps, within, list)),
    ensureGateway(deps, within).then((gateway) => ensureRoute(deps, within, gateway)),
  ]);
  return { vcnId: vcn.id, subnetId: subnet.id, networkSecurityGroupId: group.id };
}

/** The lab's VCN in a compartment, if there is one; of several, the oldest. */
export async function findVcn(
  { clients }: NetworkDeps,
  { compartmentId, signal }: Pick<EnsureNetwork, 'compartmentId' | 'signal'>,
): Promise<Vcn | undefined> {
  const vcns = await listAll('listVcns', signal, (next) =>
    clients.network.listVcns({ compartmentId, displayName: labNetworkName, ...next }),
  );
  return oldest(vcns.filter(isOurs).filter(isAlive));
}

async function createVcn({ clients }: NetworkDeps, request: EnsureNetwork): Promise<Vcn> {
  request.onStep?.('Virtual cloud network');
  const { vcn } = await call('createVcn', request.signal, () =>
    clients.network.createVcn({
      createVcnDetails: { ...common(request, 'vcn'), cidrBlocks: [vcnCidr], dnsLabel: 'gpulab' },
    }),
  );
  return vcn;
}

async function ensureGateway(deps: NetworkDeps, request: EnsurePart): Promise<InternetGateway> {
  const { network } = deps.clients;
  const { compartmentId, vcn } = request;
  const found = await findPart(deps, request, 'listInternetGateways', (next) =>
    network.listInternetGateways({ compartmentId, vcnId: vcn.id, ...next }),
  );
  if (found !== undefined) return found;
  request.onStep?.('Internet gateway');
  const { internetGateway } = await settled(deps, request, 'createInternetGateway', () =>
    network.createInternetGateway({
      createInternetGatewayDetails: { ...common(request, 'gateway'), vcnId: vcn.id, isEnabled: true },
    }),
  );
  return internetGateway;
}

/** Sends everything through the gateway. The call replaces the whole list of rules, which is ours alone. */
async function ensureRoute(deps: NetworkDeps, request: EnsurePart, gateway: InternetGateway): Promise<void> {
  const { network, coreModels } = deps.clients;
  const { vcn } = request;
  const rtId = vcn.defaultRouteTableId;
  if (rtId === undefined) throw new Error(`VCN ${vcn.id} has no default route table`);
  if (!request.isNewVcn) {
    const { routeTable } = await settled(deps, request, 'getRouteTable', () =>
      network.getRouteTable({ rtId }),
    );
    const isSet = routeTable.routeRules.some(
      (rule) => rule.destination === anywhere && rule.networkEntityId === gateway.id,
    );
    if (isSet) return;
  }
  request.onStep?.('Route');
  const destinationType = coreModels.RouteRule.DestinationType.CidrBlock;
  await settled(deps, request, 'updateRouteTable', () =>
    network.updateRouteTable({
      rtId,
      updateRouteTableDetails: {
        routeRules: [{ destination: anywhere, destinationType, networkEntityId: gateway.id }],
      },
    }),
  );
}

async function ensureSecurityList(deps: NetworkDeps, request: EnsurePart): Promise<SecurityList> {
  const { network } = deps.clients;
  const { compartmentId, vcn } = request;
  const found = await findPart(deps, request, 'listSecurityLists', (next) =>
    network.listSecurityLists({ compartmentId, vcnId: vcn.id, displayName: labNetworkName, ...next }),
  );
  if (found !== undefined) return found;
  request.onStep?.('Security list');
  const { securityList } = await settled(deps, request, 'createSecurityList', () =>
    network.createSecurityList({
      createSecurityListDetails: {
        ...common(request, 'securityList'),
        vcnId: vcn.id,
        ingressSecurityRules: [],
        egressSecurityRules: [{ destination: anywhere, protocol: 'all' }],
      },
    }),
  );
  return securityList;
}

async function ensureSecurityGroup(deps: NetworkDeps, request: EnsurePart): Promise<NetworkSecurityGroup> {
  const { network } = deps.clients;
  const { compartmentId, vcn } = request;
  const found = await findPart(deps, request, 'listNetworkSecurityGroups', (next) =>
    network.listNetworkSecurityGroups({ compartmentId, vcnId: vcn.id, displayName: labNetworkName, ...next }),
  );
  if (found !== undefined) {
    await openFor(deps, request, found.id);
    return found;
  }
  request.onStep?.('Security group');
  const { networkSecurityGroup } = await settled(deps, request, 'createNetworkSecurityGroup', () =>
    network.createNetworkSecurityGroup({
      createNetworkSecurityGroupDetails: { ...common(request, 'securityGroup'), vcnId: vcn.id },
    }),
  );
  await openFor(deps, request, networkSecurityGroup.id, { isNewGroup: true });
  return networkSecurityGroup;
}

/** Opens port 22 as the request wants it. */
export async function openFor(
  deps: NetworkDeps,
  { allowSshFrom: addressOrCidr, onOpening, signal }: EnsureNetwork,
  networkSecurityGroupId: string,
  { isNewGroup = false } = {},
): Promise<void> {
  if (addressOrCidr === undefined) return;
  await allowSshFrom(deps, { networkSecurityGroupId, addressOrCidr, isNewGroup, onOpening, signal });
}

async function ensureSubnet(deps: NetworkDeps, request: EnsurePart, list: SecurityList): Promise<Subnet> {
  const { network } = deps.clients;
  const { compartmentId, vcn } = request;
  const found = await findPart(deps, request, 'listSubnets', (next) =>
    network.listSubnets({ compartmentId, vcnId: vcn.id, displayName: labNetworkName, ...next }),
  );
  if (found !== undefined) return found;
  request.onStep?.('Subnet');
  const details: CreateSubnetDetails = {
    ...common(request, 'subnet'),
    vcnId: vcn.id,
    cidrBlock: subnetCidr,
    securityListIds: [list.id],
    prohibitPublicIpOnVnic: false,
    dnsLabel: 'lab',
    ...(vcn.defaultRouteTableId === undefined ? {} : { routeTableId: vcn.defaultRouteTableId }),
  };
  const { subnet } = await settled(deps, request, 'createSubnet', () =>
    network.createSubnet({ createSubnetDetails: details }),
  );
  return subnet;
}

/** What the parts of a network have in common. */
export interface NetworkPart {
  readonly id: string;
  readonly displayName?: string;
  readonly freeformTags?: Readonly<Record<string, string>>;
  readonly lifecycleState: string;
  readonly timeCreated?: Date;
}

/** Ours among what a list answers; right after the VCN was made the list itself may say that there is no VCN. */
async function findPart<T extends NetworkPart>(
  { clock }: NetworkDeps,
  { isNewVcn, signal }: EnsurePart,
  operation: string,
  list: Parameters<typeof listAll<T>>[2],
): Promise<T | undefined> {
  if (isNewVcn) return undefined;
  const parts = await eventually(() => listAll(operation, signal, list), {
    kinds: ['notFound'],
    what: 'The virtual cloud network',
    clock,
    signal,
  });
  return oldest(parts.filter(isOurs).filter(isAlive));
}

/** Runs a call that may be refused for a moment because something it names has just been created. */
function settled<T>(
  deps: NetworkDeps,
  { signal }: EnsureNetwork,
  operation: string,
  run: () => Promise<T>,
): Promise<T> {
  const settling = {
    kinds: ['notFound', 'conflict'],
    what: 'The network',
    clock: deps.clock,
    signal,
  } as const;
  return eventually(() => call(operation, signal, run), settling);
}

function common({ compartmentId, tags }: EnsureNetwork, part: string) {
  return { compartmentId, displayName: labNetworkName, freeformTags: { ...tags, [tagNames.network]: part } };
}

/** Carries our tag. A thing that only has our name is somebody else's. */
export function isOurs({ freeformTags }: Pick<NetworkPart, 'freeformTags'>): boolean {
  return freeformTags?.[tagNames.network] !== undefined;
}

export function isAlive({ lifecycleState }: Pick<NetworkPart, 'lifecycleState'>): boolean {
  return lifecycleState === 'AVAILABLE' || lifecycleState === 'PROVISIONING';
}

function oldest<T extends NetworkPart>(parts: readonly T[]): T | undefined {
  return [...parts].sort((a, b) => String(a.timeCreated).localeCompare(String(b.timeCreated)))[0];
}

/** True for the answer of a delete whose thing is not there (any more). */
export function isAlreadyGone(error: unknown): boolean {
  return isCloudError(error, 'notFound');
}
