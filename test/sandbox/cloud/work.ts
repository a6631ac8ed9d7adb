import { newOcid } from './ids';
import type { Region } from './region';
import type { World } from './world';

/** Opens a work request about one instance; its id goes out as `opc-work-request-id`. */
export function openWork(world: World, region: Region, operationType: string, instanceId: string): string {
  const { compartmentId } = region.instances.referred(instanceId);
  const id = newOcid('coreservicesworkrequest', region.place);
  const now = world.time.iso();
  region.workRequests.insert({
    id,
    compartmentId,
    operationType,
    status: 'IN_PROGRESS',
    percentComplete: 0,
    resources: [{ actionType: 'IN_PROGRESS', entityType: 'instance', identifier: instanceId }],
    timeAccepted: now,
    timeStarted: now,
    errors: [],
    logs: [{ message: `${operationType} accepted`, timestamp: now }],
  });
  return id;
}

export function finishWork(world: World, region: Region, id: string): void {
  const timestamp = world.time.iso();
  region.workRequests.change(id, {
    status: 'SUCCEEDED',
    percentComplete: 100,
    timeFinished: timestamp,
    logs: [...region.workRequests.referred(id).logs, { message: 'Done', timestamp }],
  });
}

export function failWork(
  world: World,
  region: Region,
  id: string,
  error: { code: string; message: string },
): void {
  const timestamp = world.time.iso();
  region.workRequests.change(id, {
    status: 'FAILED',
    timeFinished: timestamp,
    errors: [{ ...error, timestamp }],
  });
}
