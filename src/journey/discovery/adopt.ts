import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud';
import { readLaunchTags } from '../../cloud/tags';
import type { Instance } from '../../cloud/types';
import { isWorking } from '../../instances/life';
import type { InstanceRecord, NewRecord } from '../../instances/record';
import type { RecordStore } from '../../instances/store';
import type { LabDeps } from '../lab-deps';
import { withInstance } from '../launch/launch-journal';
import { recordOf } from './record-of-instance';
import { ociOrigin } from '../stage';

/** An instance of the person's own, and where it is. */
export interface Adoption {
  readonly deps: LabDeps;
  readonly profile: string;
  readonly cloud: Cloud;
  readonly instance: Instance;
}

/** @throws CloudError when the cloud does not know it */
export async function findAdopted(
  deps: LabDeps,
  { profile, region, instanceId }: { profile: string; region: string; instanceId: string },
): Promise<Adoption> {
  const cloud = await deps.clouds.of(profile, region);
  return { deps, profile, cloud, instance: await cloud.instance(instanceId) };
}

/** The record that has the instance, else the launch that does not know yet that it made it; one that was ended does not look any more. */
export function recordThatKnows(
  { records }: RecordStore,
  { id: instanceId, freeformTags }: Instance,
): InstanceRecord | undefined {
  const launchId = readLaunchTags(freeformTags)?.launchId;
  return (
    records.find(({ origin }) => origin.kind === 'oci' && origin.instanceId === instanceId) ??
    records.find(
      ({ id, origin, phase }) =>
        id === launchId &&
        origin.kind === 'oci' &&
        origin.instanceId === undefined &&
        phase.kind !== 'terminated',
    )
  );
}

/** The record of a launch that rests without knowing what it made, with that; one that is at work finds it itself. */
export function withAdopted(record: InstanceRecord, instance: Instance, now: number): InstanceRecord {
  if (ociOrigin(record).instanceId !== undefined || isWorking(record.phase)) return record;
  return {
    ...withInstance(record, instance),
    phase: { kind: 'booting', step: 'Found in the cloud', since: now },
  };
}

/** The record of an instance that no record knows. */
export async function adoptedRecord(
  { instance, ...adoption }: Adoption,
  store: RecordStore,
): Promise<NewRecord> {
  const launchId = readLaunchTags(instance.freeformTags)?.launchId;
  // A second instance of one launch gets a record of its own.
  const id = launchId === undefined || store.get(launchId) ? randomUUID() : launchId;
  return await recordOf({ ...adoption, instance, id, foundBy: 'adoption' });
}
