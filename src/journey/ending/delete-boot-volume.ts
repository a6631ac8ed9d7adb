import type { Cloud } from '../../cloud/cloud';
import { isCloudError } from '../../cloud/errors';
import type { InstanceRecord } from '../../instances/record';
import { forgetKeys } from '../reach/kept-keys';
import type { ActionOutcome } from '../lab';
import type { LabCore } from '../lab-core';
import { ociOrigin } from '../stage';

/** Deletes the disk that was kept when its instance was terminated, and the key that opened it. */
export async function deleteBootVolume(
  id: string,
  { deps, store, need }: Pick<LabCore, 'deps' | 'store' | 'need'>,
  signal?: AbortSignal,
): Promise<ActionOutcome> {
  const { phase, origin } = need(id);
  if (phase.kind !== 'terminated' || phase.keptBootVolumeId === undefined || origin.kind !== 'oci') {
    return { kind: 'failed', message: 'No boot volume was kept.' };
  }
  const cloud = await deps.clouds.of(origin.plan.profile, origin.plan.region);
  await deleteUnlessGone(cloud, need(id), phase.keptBootVolumeId, signal);
  await store.update(id, (record) => ({ ...record, phase: { kind: 'terminated', since: phase.since } }));
  await forgetKeys(id, deps);
  return { kind: 'done' };
}

/** A 404 may also mean that the user may not see it: then it is still there, and billed. */
async function deleteUnlessGone(
  cloud: Cloud,
  record: InstanceRecord,
  bootVolumeId: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await cloud.deleteBootVolume(bootVolumeId, signal);
  } catch (error) {
    if (!isCloudError(error, 'notFound')) throw error;
    const { plan, availabilityDomain = plan.availabilityDomains[0] ?? '' } = ociOrigin(record);
    const kept = await cloud.keptBootVolumes(
      { compartmentId: plan.compartmentId, availabilityDomain },
      signal,
    );
    if (kept.some((volume) => volume.id === bootVolumeId)) throw error;
  }
}
