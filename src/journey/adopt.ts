import { randomUUID } from 'node:crypto';
import { readLaunchTags } from '../cloud/tags';
import type { InstanceRecord } from '../instances/record';
import type { LabDeps } from './lab-deps';
import { recordOf } from './record-of-instance';

/** An instance of the person's own. */
export interface Adoption {
  readonly deps: LabDeps;
  readonly profile: string;
  readonly region: string;
  readonly instanceId: string;
}

/** The record of an instance that this extension did not launch. @throws CloudError when the cloud does not know it */
export async function adoptedRecord({
  deps,
  profile,
  region,
  instanceId,
}: Adoption): Promise<Omit<InstanceRecord, 'revision' | 'version'>> {
  const cloud = await deps.clouds.of(profile, region);
  const instance = await cloud.instance(instanceId);
  const id = readLaunchTags(instance.freeformTags)?.launchId ?? randomUUID();
  return await recordOf({ instance, profile, id, foundBy: 'adoption', deps, cloud });
}
