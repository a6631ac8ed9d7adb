import type { Clock } from '../ports/clock';
import { systemClock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { readAddresses } from './addresses';
import { bootVolumeOf, deleteBootVolume, listKeptBootVolumes, tagBootVolume } from './boot-volumes';
import { domainsByCapacity, readCapacity, type AskedShape } from './capacity';
import { createClients } from './clients';
import { readConsole } from './console';
import type { Credentials } from './credentials';
import {
  findInstancesOfLaunch,
  findKeptBootVolumes,
  findLabInstances,
  type LaunchPlace,
} from './find-instances';
import { parseFingerprints } from './fingerprints';
import type { Fetch } from './http-client';
import { getImage, listImages } from './images';
import { getInstance, listInstances, powerAction, terminateInstance, type PowerAction } from './instances';
import { launchInstance, launchProgress } from './launch';
import { createReadLimit, type LimitQuestion } from './limits';
import { createLabNetworks } from './lab-networks';
import type { NetworkStep } from './network';
import type { NetworkRemoval, Removal } from './network-removal';
import { listShapes } from './shapes';
import { allowSshFrom, listSshSources, revokeSshFrom, type NewSshRule, type SshSource } from './ssh-sources';
import { listSubnets } from './subnets';
import { listAvailabilityDomains, listCompartments, listRegions } from './tenancy';
import type {
  Addresses,
  AvailabilityDomain,
  BootVolume,
  Capacity,
  Compartment,
  ConsoleFingerprints,
  Image,
  Instance,
  LabNetwork,
  LaunchOutcome,
  LaunchProgress,
  LaunchRequest,
  LimitState,
  Region,
  Shape,
  Subnet,
} from './types';

/** One try of a request may take this long (milliseconds). */
const defaultTryLimitMs = 60_000;

/** What a cloud is made of. */
export interface CloudDeps {
  readonly credentials: Credentials;
  /** Such as `eu-frankfurt-1`. */
  readonly region: string;
  /** Everything goes there instead of to Oracle's addresses; `{region}` in it is filled in. */
  readonly endpoint?: string | undefined;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  /** Default: the global one, which the editor patches to honour its proxy settings. */
  readonly fetch?: Fetch | undefined;
  /** Milliseconds; default 60,000. */
  readonly tryLimitMs?: number | undefined;
}

/**
 * OCI as this extension uses it, for one profile in one region. Every method rejects with a CloudError, or with
 * the signal's reason when aborted. Waiting is the caller's: methods look once.
 */
export interface Cloud {
  readonly region: string;
  readonly tenancyId: string;

  regions(signal?: AbortSignal): Promise<Region[]>;
  /** The root first. */
  compartments(signal?: AbortSignal): Promise<Compartment[]>;
  availabilityDomains(signal?: AbortSignal): Promise<AvailabilityDomain[]>;
  shapes(
    compartmentId: string,
    options: { readonly includeCpu: boolean },
    signal?: AbortSignal,
  ): Promise<Shape[]>;
  images(compartmentId: string, shape: Shape, signal?: AbortSignal): Promise<Image[]>;
  image(imageId: string, signal?: AbortSignal): Promise<Image>;
  /** Slow on the real service: load it lazily. What cannot be had is `unknown`, not an error. */
  limit(question: LimitQuestion, signal?: AbortSignal): Promise<LimitState>;
  /** A hint only. What cannot be had is `unknown`, not an error. */
  capacity(
    shapes: readonly AskedShape[],
    availabilityDomains: readonly string[],
    signal?: AbortSignal,
  ): Promise<Capacity[]>;
  /** All the given domains, those that say they have room first. */
  domainsByCapacity(
    shape: string,
    availabilityDomains: readonly string[],
    signal?: AbortSignal,
  ): Promise<string[]>;
  subnets(compartmentId: string, signal?: AbortSignal): Promise<Subnet[]>;

  ensureLabNetwork(
    compartmentId: string,
    options: {
      readonly tags: Readonly<Record<string, string>>;
      /** Port 22 is opened to it while the rest is being made; see `allowSshFrom`. */
      readonly allowSshFrom?: string;
      /** Told before a rule is added that was not there. */
      readonly onOpening?: (rule: NewSshRule) => Promise<void>;
      readonly onStep?: (step: NetworkStep) => void;
    },
    signal?: AbortSignal,
  ): Promise<LabNetwork>;

  /** Waits up to minutes for what used it to let go; one that is only just being made may not be listed yet. */
  removeLabNetworkIfUnused(place: Omit<Removal, 'signal'>, signal?: AbortSignal): Promise<NetworkRemoval>;
  listSshSources(networkSecurityGroupId: string, signal?: AbortSignal): Promise<SshSource[]>;
  /** @param addressOrCidr such as `203.0.113.7` or `203.0.113.0/24`. Open to it already: done. */
  allowSshFrom(networkSecurityGroupId: string, addressOrCidr: string, signal?: AbortSignal): Promise<void>;
  revokeSshFrom(networkSecurityGroupId: string, addressOrCidr: string, signal?: AbortSignal): Promise<void>;

  launch(request: LaunchRequest, retryToken: string, signal?: AbortSignal): Promise<LaunchOutcome>;
  launchProgress(workRequestId: string, signal?: AbortSignal): Promise<LaunchProgress>;
  instance(instanceId: string, signal?: AbortSignal): Promise<Instance>;
  instances(
    compartmentId: string,
    options: { readonly includeTerminated: boolean },
    signal?: AbortSignal,
  ): Promise<Instance[]>;
  /** Launched by this extension, by tag; every compartment of the region, terminated ones too. */
  labInstances(signal?: AbortSignal): Promise<Instance[]>;
  /** Terminated ones too. Rejects with `notFound` where the compartment may not be read: then nothing is known. */
  instancesOfLaunch(launch: LaunchPlace, signal?: AbortSignal): Promise<Instance[]>;
  power(instanceId: string, action: PowerAction, signal?: AbortSignal): Promise<Instance>;
  /** Rejects with `notFound` for what is gone, but also for what is too new to be known. */
  terminate(
    instanceId: string,
    options: { readonly preserveBootVolume: boolean },
    signal?: AbortSignal,
  ): Promise<void>;

  bootVolumeOf(instanceId: string, signal?: AbortSignal): Promise<BootVolume | undefined>;
  /** Disks that no instance uses. */
  keptBootVolumes(
    place: { readonly compartmentId: string; readonly availabilityDomain: string },
    signal?: AbortSignal,
  ): Promise<BootVolume[]>;
  /** Kept by this extension, by tag; every compartment of the region. */
  labBootVolumes(signal?: AbortSignal): Promise<BootVolume[]>;
  /** Adds to the tags that it has. */
  tagBootVolume(
    bootVolumeId: string,
    tags: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Rejects with `notFound` for what is gone, but also for what may not be seen. */
  deleteBootVolume(bootVolumeId: string, signal?: AbortSignal): Promise<void>;

  addresses(
    instance: Pick<Instance, 'id' | 'compartmentId'>,
    signal?: AbortSignal,
  ): Promise<Addresses | undefined>;
  console(instanceId: string, signal?: AbortSignal): Promise<string>;
  /** One capture; while `incomplete`, capture again some 20 s later. */
  hostKeyFingerprints(instanceId: string, signal?: AbortSignal): Promise<ConsoleFingerprints>;
}

/** Loads the SDK (on the first call) and gives the cloud for one profile and region. */
export async function createCloud(deps: CloudDeps): Promise<Cloud> {
  const { credentials, logger, clock = systemClock, tryLimitMs = defaultTryLimitMs } = deps;
  const fetch: Fetch = deps.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const clients = await createClients({ ...deps, clock, fetch, tryLimitMs });
  const tenancyId = credentials.profile.tenancyId;
  const tenancy = { clients, tenancyId };
  const settling = { clients, clock };
  const consoleDeps = { clients, clock, logger };
  const capacityDeps = { clients, tenancyId, logger };
  const findDeps = { ...tenancy, logger };
  const networks = createLabNetworks(settling);

  return {
    region: clients.regionId,
    tenancyId,
    regions: (signal) => listRegions(tenancy, signal),
    compartments: (signal) => listCompartments(tenancy, signal),
    availabilityDomains: (signal) => listAvailabilityDomains(tenancy, signal),
    shapes: async (compartmentId, { includeCpu }, signal) => {
      const availabilityDomains = await listAvailabilityDomains(tenancy, signal);
      return listShapes(clients, { compartmentId, availabilityDomains, includeCpu }, signal);
    },
    images: (compartmentId, shape, signal) => listImages(clients, compartmentId, shape, signal),
    image: (imageId, signal) => getImage(clients, imageId, signal),
    limit: createReadLimit(settling),
    capacity: (shapes, domains, signal) => readCapacity(capacityDeps, shapes, domains, signal),
    domainsByCapacity: (shape, domains, signal) => domainsByCapacity(capacityDeps, shape, domains, signal),
    subnets: (compartmentId, signal) => listSubnets(clients, compartmentId, signal),
    ensureLabNetwork: (compartmentId, options, signal) =>
      networks.ensure({ compartmentId, ...options, signal }),
    removeLabNetworkIfUnused: (place, signal) => networks.removeIfUnused({ ...place, signal }),
    listSshSources: (groupId, signal) => listSshSources(settling, groupId, signal),
    allowSshFrom: (networkSecurityGroupId, addressOrCidr, signal) =>
      allowSshFrom(settling, { networkSecurityGroupId, addressOrCidr, signal }),
    revokeSshFrom: (groupId, address, signal) => revokeSshFrom(settling, groupId, address, signal),
    launch: (request, retryToken, signal) => launchInstance(settling, request, retryToken, signal),
    launchProgress: (workRequestId, signal) => launchProgress(clients, workRequestId, signal),
    instance: (instanceId, signal) => getInstance(clients, instanceId, signal),
    instances: (compartmentId, options, signal) => listInstances(clients, compartmentId, options, signal),
    labInstances: (signal) => findLabInstances(findDeps, signal),
    instancesOfLaunch: (launch, signal) => findInstancesOfLaunch(findDeps, launch, signal),
    power: (instanceId, action, signal) => powerAction(clients, instanceId, action, signal),
    terminate: (instanceId, options, signal) => terminateInstance(clients, instanceId, options, signal),
    bootVolumeOf: (instanceId, signal) => bootVolumeOf(clients, instanceId, signal),
    keptBootVolumes: (place, signal) => listKeptBootVolumes(clients, place, signal),
    labBootVolumes: (signal) => findKeptBootVolumes(findDeps, signal),
    tagBootVolume: (bootVolumeId, tags, signal) => tagBootVolume(clients, bootVolumeId, tags, signal),
    deleteBootVolume: (bootVolumeId, signal) => deleteBootVolume(clients, bootVolumeId, signal),
    addresses: (instance, signal) => readAddresses(clients, instance, signal),
    console: (instanceId, signal) => readConsole(consoleDeps, instanceId, signal),
    hostKeyFingerprints: async (instanceId, signal) =>
      parseFingerprints(await readConsole(consoleDeps, instanceId, signal)),
  };
}
