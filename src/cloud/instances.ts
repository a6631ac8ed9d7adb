import type { Instance as SdkInstance } from 'oci-core/lib/model';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { toIsoTime } from './images';
import type { Instance, LifecycleState } from './types';

type Compute = Pick<Clients, 'compute'>;

/** @throws CloudError `notFound`, for a moment after the launch too. */
export async function getInstance(
  { compute }: Compute,
  instanceId: string,
  signal?: AbortSignal,
): Promise<Instance> {
  const { instance } = await call('getInstance', signal, () => compute.getInstance({ instanceId }));
  return toInstance(instance);
}

/** The instances of one compartment, all domains. Terminated ones stay listed for at least 12 hours. */
export async function listInstances(
  { compute }: Compute,
  compartmentId: string,
  options: { readonly includeTerminated: boolean },
  signal?: AbortSignal,
): Promise<Instance[]> {
  const instances = await listAll('listInstances', signal, (next) =>
    compute.listInstances({ compartmentId, limit: 500, ...next }),
  );
  return instances
    .map(toInstance)
    .filter(({ lifecycleState }) => options.includeTerminated || lifecycleState !== 'TERMINATED');
}

/** What can be done to a machine's power. `softStop` waits up to 15 minutes for the system to shut down. */
export type PowerAction = 'start' | 'stop' | 'softStop' | 'reset' | 'softReset';

const actionWords: Readonly<Record<PowerAction, string>> = {
  start: 'START',
  stop: 'STOP',
  softStop: 'SOFTSTOP',
  reset: 'RESET',
  softReset: 'SOFTRESET',
};

export async function powerAction(
  { compute }: Compute,
  instanceId: string,
  action: PowerAction,
  signal?: AbortSignal,
): Promise<Instance> {
  const { instance } = await call('instanceAction', signal, () =>
    compute.instanceAction({ instanceId, action: actionWords[action] }),
  );
  return toInstance(instance);
}

/**
 * Ends an instance.
 * @throws CloudError `notFound` for one that is gone, for one that may not be seen, and for a moment after the launch:
 * then a billed machine goes on running
 */
export async function terminateInstance(
  { compute }: Compute,
  instanceId: string,
  options: { readonly preserveBootVolume: boolean },
  signal?: AbortSignal,
): Promise<void> {
  await call('terminateInstance', signal, () =>
    compute.terminateInstance({ instanceId, preserveBootVolume: options.preserveBootVolume }),
  );
}

const lifecycleStates: ReadonlySet<string> = new Set<LifecycleState>([
  'MOVING',
  'PROVISIONING',
  'RUNNING',
  'STARTING',
  'STOPPING',
  'STOPPED',
  'CREATING_IMAGE',
  'TERMINATING',
  'TERMINATED',
]);

function isLifecycleState(state: string): state is LifecycleState {
  return lifecycleStates.has(state);
}

/** An instance in the room's own words. */
export function toInstance(instance: SdkInstance): Instance {
  const state: string = instance.lifecycleState;
  const { shapeConfig, imageId } = instance;
  return {
    id: instance.id,
    name: instance.displayName ?? instance.id,
    lifecycleState: isLifecycleState(state) ? state : 'UNKNOWN',
    shape: instance.shape,
    ...(shapeConfig?.ocpus === undefined ? {} : { ocpus: shapeConfig.ocpus }),
    ...(shapeConfig?.memoryInGBs === undefined ? {} : { memoryGb: shapeConfig.memoryInGBs }),
    gpus: shapeConfig?.gpus ?? 0,
    availabilityDomain: instance.availabilityDomain,
    region: instance.region,
    compartmentId: instance.compartmentId,
    ...(imageId ? { imageId } : {}),
    timeCreated: toIsoTime(instance.timeCreated),
    freeformTags: instance.freeformTags ?? {},
  };
}
