import type { Cloud } from '../../../src/cloud/cloud';
import { CloudError, type CloudErrorDetails, type CloudErrorKind } from '../../../src/cloud/errors';
import type {
  BootVolume,
  ConsoleHostKey,
  Instance,
  LaunchOutcome,
  LaunchRequest,
  LifecycleState,
  Shape,
} from '../../../src/cloud/types';
import { deferred } from './deferred';

/** A call that waits until the test has seen enough. */
export interface HeldCall {
  /** Resolves when the call has been made. */
  readonly reached: Promise<void>;
  letGo(): void;
}

/**
 * One region of a cloud, kept in memory: instances, their disks and the lab's network, with OCI's retry tokens.
 * What the test does not say otherwise happens at once.
 */
export interface MemoryCloud {
  readonly cloud: Cloud;
  /** LaunchInstance calls as they came, repeated ones too. */
  readonly launches: readonly { readonly domain: string; readonly token: string }[];
  /** Names of all calls that change something. */
  readonly changes: readonly string[];
  readonly instances: readonly Instance[];
  /** What costs money or stays behind: instances that are not terminated, the network, disks without an instance. */
  leftovers(): readonly string[];
  /** Makes a domain answer so to every launch that it has not accepted before. */
  refuse(domain: string, outcome: LaunchOutcome): void;
  /** The next call of this name does its work, and its answer is lost on the way. */
  loseAnswer(operation: keyof Cloud): void;
  /** Calls of this name fail from now on; without a kind they work again. */
  fail(operation: keyof Cloud, kind?: CloudErrorKind, details?: Partial<CloudErrorDetails>): void;
  hold(operation: keyof Cloud): HeldCall;
  /** Lets every held call go, as when the service answers at last. */
  letAllGo(): void;
  /** Puts an instance there, as if launched from somewhere else. */
  add(instance: Partial<Instance> & Pick<Instance, 'id'>, diskGb?: number): void;
  setState(id: string, state: LifecycleState): void;
  /** How many looks it takes until lists show a new instance. */
  lagLooks: number;
  /** How many calls with its id are answered 404 before OCI knows a new instance. */
  unknownCalls: number;
  /** The launch is accepted, and its work request fails with this. */
  failsLater: { readonly message: string; readonly outOfCapacity: boolean } | undefined;
  publicIp: string | undefined;
  /** What the lab's rules let in. */
  readonly sshSources: string[];
  consoleKeys: readonly ConsoleHostKey[];
  shapes: readonly Shape[];
}

const compartmentId = 'ocid1.compartment.oc1..lab';
const region = 'ap-tokyo-1';

export function createMemoryCloud(): MemoryCloud {
  const instances = new Map<string, Instance>();
  const disks = new Map<string, BootVolume>();
  const tokens = new Map<string, string>();
  const launches: { domain: string; token: string }[] = [];
  const changes: string[] = [];
  const refusals = new Map<string, LaunchOutcome>();
  const failing = new Map<string, Partial<CloudErrorDetails> & Pick<CloudErrorDetails, 'kind'>>();
  const losing = new Set<string>();
  const holds = new Map<string, { reached: () => void; go: Promise<void> }>();
  const letGo = new Set<() => void>();
  const unseenLooks = new Map<string, number>();
  const unknownCalls = new Map<string, number>();
  let hasNetwork = false;

  const call = async <T>(
    operation: keyof Cloud,
    signal: AbortSignal | undefined,
    work: () => T,
  ): Promise<T> => {
    signal?.throwIfAborted();
    const failure = failing.get(operation);
    if (failure !== undefined) {
      const { kind } = failure;
      throw new CloudError(`${operation}: ${kind}.`, { operation, status: statusOf[kind], ...failure });
    }
    const held = holds.get(operation);
    if (held) {
      holds.delete(operation);
      held.reached();
      await Promise.race([held.go, aborted(signal)]);
    }
    const result = work();
    if (losing.delete(operation)) {
      throw new CloudError('The service did not answer in time.', { kind: 'timedOut', operation });
    }
    return result;
  };
  const change = async <T>(
    operation: keyof Cloud,
    signal: AbortSignal | undefined,
    work: () => T,
  ): Promise<T> =>
    await call(operation, signal, () => {
      changes.push(operation);
      return work();
    });

  const need = (id: string): Instance => {
    const found = instances.get(id);
    if (!found)
      throw new CloudError('OCI found nothing there.', { kind: 'notFound', operation: 'getInstance' });
    return found;
  };
  /** As a call by id finds it. */
  const known = (id: string): Instance => {
    const left = unknownCalls.get(id) ?? 0;
    unknownCalls.set(id, left - 1);
    return need(left > 0 ? 'not known yet' : id);
  };
  const setState = (id: string, lifecycleState: LifecycleState): void => {
    instances.set(id, { ...need(id), lifecycleState });
  };
  const listed = (): Instance[] =>
    [...instances.values()].filter(({ id }) => {
      const left = unseenLooks.get(id) ?? 0;
      unseenLooks.set(id, left - 1);
      return left <= 0;
    });

  const launch = (request: LaunchRequest, token: string): LaunchOutcome => {
    launches.push({ domain: request.availabilityDomain, token });
    const before = tokens.get(token);
    if (before !== undefined) return { kind: 'launched', instance: need(before) };
    const refusal = refusals.get(request.availabilityDomain);
    if (refusal) return refusal;
    const id = `ocid1.instance.oc1..${String(instances.size + 1)}`;
    const instance: Instance = {
      ...anInstance(id),
      name: request.name,
      shape: request.shape,
      availabilityDomain: request.availabilityDomain,
      compartmentId: request.compartmentId,
      freeformTags: request.freeformTags,
      lifecycleState: memory.failsLater ? 'TERMINATED' : 'RUNNING',
    };
    instances.set(id, instance);
    unseenLooks.set(id, memory.lagLooks);
    unknownCalls.set(id, memory.unknownCalls);
    if (!memory.failsLater) disks.set(id, aDisk(instance));
    tokens.set(token, id);
    return { kind: 'launched', instance, workRequestId: `work-of-${id}` };
  };

  const terminate = (id: string, preserveBootVolume: boolean): void => {
    known(id);
    setState(id, 'TERMINATED');
    if (!preserveBootVolume) disks.delete(id);
  };

  const isAlive = ({ lifecycleState }: Instance): boolean => lifecycleState !== 'TERMINATED';
  const keptDisks = () => [...disks].filter(([id]) => !isAlive(need(id)));
  const removeNetwork = () => {
    if (!hasNetwork) return { kind: 'nothingThere' } as const;
    if ([...instances.values()].some(isAlive)) return { kind: 'inUse' } as const;
    hasNetwork = false;
    memory.sshSources.length = 0;
    return { kind: 'removed' } as const;
  };

  const cloud: Cloud = {
    region,
    tenancyId: 'ocid1.tenancy.oc1..lab',
    regions: (signal) => call('regions', signal, () => [{ id: region, isHome: true }]),
    compartments: (signal) =>
      call('compartments', signal, () => [{ id: compartmentId, name: 'lab', path: 'lab', isRoot: false }]),
    availabilityDomains: unused,
    shapes: (_compartment, _options, signal) => call('shapes', signal, () => [...memory.shapes]),
    images: unused,
    image: (id, signal) =>
      call('image', signal, () => ({
        id,
        name: 'Canonical-Ubuntu-24.04',
        family: 'ubuntu' as const,
        operatingSystem: 'Canonical Ubuntu',
        operatingSystemVersion: '24.04',
        hasGpuDriver: false,
        isPlatformImage: true,
        minBootVolumeGb: 50,
        loginUser: 'ubuntu',
        isTutorialImage: false,
        timeCreated: '2026-01-01T00:00:00Z',
      })),
    limit: unused,
    capacity: unused,
    domainsByCapacity: (_shape, domains, signal) => call('domainsByCapacity', signal, () => [...domains]),
    subnets: unused,
    ensureLabNetwork: async (_compartment, { allowSshFrom, onOpening }, signal) => {
      await change('ensureLabNetwork', signal, () => {
        hasNetwork = true;
      });
      const network = { vcnId: 'vcn', subnetId: 'subnet', networkSecurityGroupId: 'group' };
      if (allowSshFrom !== undefined && !memory.sshSources.includes(allowSshFrom)) {
        await onOpening?.({ networkSecurityGroupId: 'group', cidr: allowSshFrom });
        await cloud.allowSshFrom('group', allowSshFrom, signal);
      }
      return network;
    },
    removeLabNetworkIfUnused: ({ isAwaited }, signal) =>
      change('removeLabNetworkIfUnused', signal, () =>
        isAwaited?.() ? ({ kind: 'inUse' } as const) : removeNetwork(),
      ),
    listSshSources: (_group, signal) =>
      call('listSshSources', signal, () => memory.sshSources.map((cidr) => ({ ruleId: cidr, cidr }))),
    allowSshFrom: (_group, address, signal) =>
      change('allowSshFrom', signal, () => void memory.sshSources.push(address)),
    revokeSshFrom: (_group, address, signal) =>
      change('revokeSshFrom', signal, () => {
        memory.sshSources.splice(0, Infinity, ...memory.sshSources.filter((cidr) => cidr !== address));
      }),
    launch: (request, token, signal) => change('launch', signal, () => launch(request, token)),
    launchProgress: (_workRequest, signal) =>
      call('launchProgress', signal, () =>
        memory.failsLater
          ? ({ kind: 'failed', ...memory.failsLater } as const)
          : ({ kind: 'succeeded' } as const),
      ),
    instance: (id, signal) => call('instance', signal, () => known(id)),
    instances: (_compartment, _options, signal) => call('instances', signal, listed),
    labInstances: (signal) => call('labInstances', signal, listed),
    instancesOfLaunch: ({ launchId }, signal) =>
      call('instancesOfLaunch', signal, () =>
        listed().filter(({ freeformTags }) => freeformTags['oci-gpu-lab-launch'] === launchId),
      ),
    power: (id, action, signal) =>
      change('power', signal, () => {
        known(id);
        setState(id, action === 'start' ? 'RUNNING' : 'STOPPED');
        return need(id);
      }),
    terminate: (id, { preserveBootVolume }, signal) =>
      change('terminate', signal, () => terminate(id, preserveBootVolume)),
    bootVolumeOf: (id, signal) =>
      call('bootVolumeOf', signal, () => (isAlive(need(id)) ? disks.get(id) : undefined)),
    keptBootVolumes: (_place, signal) =>
      call('keptBootVolumes', signal, () => keptDisks().map(([, disk]) => disk)),
    labBootVolumes: (signal) =>
      call('labBootVolumes', signal, () =>
        keptDisks()
          .map(([, disk]) => disk)
          .filter(({ freeformTags }) => freeformTags['oci-gpu-lab-kept'] !== undefined),
      ),
    tagBootVolume: (id, tags, signal) =>
      call('tagBootVolume', signal, () => {
        for (const [instance, disk] of disks)
          if (disk.id === id)
            disks.set(instance, { ...disk, freeformTags: { ...disk.freeformTags, ...tags } });
      }),
    deleteBootVolume: (id, signal) =>
      change('deleteBootVolume', signal, () => {
        const kept = keptDisks().find(([, disk]) => disk.id === id);
        if (!kept)
          throw new CloudError('OCI found nothing there.', {
            kind: 'notFound',
            operation: 'deleteBootVolume',
          });
        disks.delete(kept[0]);
      }),
    addresses: ({ id }, signal) =>
      call('addresses', signal, () =>
        need(id).lifecycleState === 'PROVISIONING'
          ? undefined
          : {
              privateIp: '10.0.0.2',
              subnetId: 'subnet',
              networkSecurityGroupIds: ['group'],
              ...(memory.publicIp === undefined ? {} : { publicIp: memory.publicIp }),
            },
      ),
    console: unused,
    hostKeyFingerprints: (_id, signal) =>
      call('hostKeyFingerprints', signal, () => ({
        kind: memory.consoleKeys.length > 0 ? ('complete' as const) : ('incomplete' as const),
        keys: memory.consoleKeys,
      })),
  };

  const memory: MemoryCloud = {
    cloud,
    launches,
    changes,
    get instances() {
      return [...instances.values()];
    },
    leftovers: () => [
      ...[...instances.values()].filter(isAlive).map(({ id }) => id),
      ...keptDisks().map(([, disk]) => disk.id),
      ...(hasNetwork ? ['network'] : []),
    ],
    refuse: (domain, outcome) => refusals.set(domain, outcome),
    loseAnswer: (operation) => losing.add(operation),
    fail: (operation, kind, details) => {
      if (kind === undefined) failing.delete(operation);
      else failing.set(operation, { kind, ...details });
    },
    hold: (operation) => {
      const [reached, go] = [deferred(), deferred()];
      holds.set(operation, { reached: reached.resolve, go: go.promise });
      letGo.add(go.resolve);
      return { reached: reached.promise, letGo: go.resolve };
    },
    letAllGo: () => {
      for (const go of letGo) go();
    },
    add: (added, diskGb) => {
      const instance = { ...anInstance(added.id), ...added };
      instances.set(added.id, instance);
      if (diskGb !== undefined) disks.set(added.id, { ...aDisk(instance), sizeGb: diskGb });
    },
    setState,
    lagLooks: 0,
    unknownCalls: 0,
    failsLater: undefined,
    publicIp: '203.0.113.20',
    sshSources: [],
    consoleKeys: [],
    shapes: [],
  };
  return memory;
}

/** What OCI answers with, where it answers. */
const statusOf: Readonly<Partial<Record<CloudErrorKind, number>>> = {
  notAuthenticated: 401,
  notFound: 404,
  conflict: 409,
  tooManyRequests: 429,
  invalid: 400,
  limitExceeded: 400,
  service: 500,
};

function anInstance(id: string): Instance {
  return {
    id,
    name: 'lab-1',
    lifecycleState: 'RUNNING',
    shape: 'VM.GPU3.2',
    gpus: 2,
    availabilityDomain: 'Uocm:AP-TOKYO-1-AD-1',
    region,
    compartmentId,
    imageId: 'ocid1.image.oc1..ubuntu',
    timeCreated: '2026-09-01T00:00:00Z',
    freeformTags: {},
  };
}

function aDisk({ id, availabilityDomain, freeformTags }: Instance): BootVolume {
  return {
    id: `disk-of-${id}`,
    name: 'disk',
    sizeGb: 200,
    availabilityDomain,
    compartmentId,
    freeformTags,
    timeCreated: '2026-09-01T00:00:00Z',
  };
}

function unused(): Promise<never> {
  return Promise.reject(new Error('The journey is not expected to ask for this.'));
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
