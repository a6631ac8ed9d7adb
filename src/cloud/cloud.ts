import type { Clock } from '../ports/clock';
import { systemClock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { readAddresses } from './addresses';
import { createClients } from './clients';
import { readConsole } from './console';
import type { Credentials } from './credentials';
import { parseFingerprints } from './fingerprints';
import type { Fetch } from './http-client';
import { getImage, listImages } from './images';
import { getInstance, listInstances, powerAction, terminateInstance, type PowerAction } from './instances';
import { launchInstance, launchProgress } from './launch';
import { ensureLabNetwork, type NetworkStep } from './network';
import { listShapes } from './shapes';
import { listAvailabilityDomains, listCompartments, listRegions } from './tenancy';
import type {
  Addresses,
  AvailabilityDomain,
  Compartment,
  ConsoleFingerprints,
  Image,
  Instance,
  LabNetwork,
  LaunchOutcome,
  LaunchProgress,
  LaunchRequest,
  Region,
  Shape,
} from './types';

/** One try of a request may take this long (milliseconds). */
const defaultTryLimitMs = 60_000;

/** What a cloud is made of. */
export interface CloudDeps {
  readonly credentials: Credentials;
  /** Such as `eu-frankfurt-1`. */
  readonly region: string;
  /** Everything goes there instead of to Oracle's addresses. */
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

  ensureLabNetwork(
    compartmentId: string,
    options: {
      readonly tags: Readonly<Record<string, string>>;
      readonly onStep?: (step: NetworkStep) => void;
    },
    signal?: AbortSignal,
  ): Promise<LabNetwork>;

  launch(request: LaunchRequest, retryToken: string, signal?: AbortSignal): Promise<LaunchOutcome>;
  launchProgress(workRequestId: string, signal?: AbortSignal): Promise<LaunchProgress>;
  instance(instanceId: string, signal?: AbortSignal): Promise<Instance>;
  instances(
    compartmentId: string,
    options: { readonly includeTerminated: boolean },
    signal?: AbortSignal,
  ): Promise<Instance[]>;
  power(instanceId: string, action: PowerAction, signal?: AbortSignal): Promise<Instance>;
  /** Already gone counts as done. */
  terminate(
    instanceId: string,
    options: { readonly preserveBootVolume: boolean },
    signal?: AbortSignal,
  ): Promise<void>;

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
    ensureLabNetwork: (compartmentId, options, signal) =>
      ensureLabNetwork(settling, { compartmentId, ...options, signal }),
    launch: (request, retryToken, signal) => launchInstance(settling, request, retryToken, signal),
    launchProgress: (workRequestId, signal) => launchProgress(clients, workRequestId, signal),
    instance: (instanceId, signal) => getInstance(clients, instanceId, signal),
    instances: (compartmentId, options, signal) => listInstances(clients, compartmentId, options, signal),
    power: (instanceId, action, signal) => powerAction(clients, instanceId, action, signal),
    terminate: (instanceId, options, signal) => terminateInstance(clients, instanceId, options, signal),
    addresses: (instance, signal) => readAddresses(clients, instance, signal),
    console: (instanceId, signal) => readConsole(consoleDeps, instanceId, signal),
    hostKeyFingerprints: async (instanceId, signal) =>
      parseFingerprints(await readConsole(consoleDeps, instanceId, signal)),
  };
}
