import type { Cloud } from '../../cloud/cloud';
import { isCloudError, saysNothingWasDone } from '../../cloud/errors';
import { keptDiskTags } from '../../cloud/tags';
import { isGone } from '../../cloud/types';
import { isUnanswered } from '../../instances/launch-attempts';
import type { Phase } from '../../instances/phase';
import type { InstanceRecord } from '../../instances/record';
import { lookFor, until } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { sight } from '../discovery/known-instance';
import { networkBegunAt } from '../launch/launch-journal';
import { leaveNetwork } from '../launch/leave-network';
import type { Stage, StageTools } from '../stage';
import { ociOrigin, withOci } from '../stage';
import { lookForDiskMs, lookForLaunchMs, powerLimitMs, unknownIdMs } from '../time-limits';

/**
 * Removes the instance and, when nothing else uses it, the lab's network. Also the way back of a cancelled
 * launch, whatever that had made: it looks for what the journal says may exist.
 */
export const terminating: Stage = async (tools) => {
  const keepBootVolume = phaseOf(tools.record())?.keepBootVolume ?? false;
  for (const id of await instancesToEnd(tools)) {
    await terminateAndWait(tools, id, keepBootVolume);
  }
  const begunAt = networkBegunAt(tools.record());
  // Found by its tags, it may be the last in a network that an earlier record knew of.
  if (begunAt !== undefined || ociOrigin(tools.record()).foundBy === 'tags') {
    tools.logger.info(`${tools.record().name}: removing the network if nothing uses it`);
    await leaveNetwork(tools, begunAt);
  }
  const { bootVolumeId: kept, diskMayBeKept } = phaseOf(tools.record()) ?? {};
  // A kept disk still lets the same key in.
  if (!keepBootVolume && kept === undefined && !diskMayBeKept) await tools.forgetKeys();
  return {
    kind: 'terminated',
    since: tools.clock.now(),
    ...(kept === undefined ? {} : { keptBootVolumeId: kept }),
    ...(diskMayBeKept && kept === undefined ? { keptDiskUnknown: true } : {}),
  };
};

function phaseOf({ phase }: InstanceRecord): Extract<Phase, { kind: 'terminating' }> | undefined {
  return phase.kind === 'terminating' ? phase : undefined;
}

async function instancesToEnd(tools: StageTools): Promise<readonly string[]> {
  const { instanceId } = ociOrigin(tools.record());
  if (instanceId !== undefined) return [instanceId];
  const attempts = tools.record().journal.filter(({ step }) => step === 'launchInstance');
  if (attempts.length === 0) return [];
  return await madeByThisLaunch(tools, await tools.cloud(), attempts.some(isUnanswered));
}

/** An unanswered LaunchInstance may have made one that the lists do not show yet. */
async function madeByThisLaunch(
  tools: StageTools,
  cloud: Cloud,
  mayComeLater: boolean,
): Promise<readonly string[]> {
  const { compartmentId } = ociOrigin(tools.record()).plan;
  const found = await lookFor(
    async (signal) => {
      const alive = (await cloud.instancesOfLaunch({ launchId: tools.id, compartmentId }, signal)).filter(
        ({ lifecycleState }) => !isGone(lifecycleState),
      );
      return alive.length > 0 || !mayComeLater ? alive : undefined;
    },
    cloudWaiting(tools, 'An instance of this launch', lookForLaunchMs),
  );
  return found?.map(({ id }) => id) ?? [];
}

/**
 * Before the instance is gone, because afterwards nothing says which disk was its own; the list of attachments may
 * lag behind.
 */
async function noteBootVolume(tools: StageTools, cloud: Cloud, instanceId: string): Promise<void> {
  if (phaseOf(tools.record())?.bootVolumeId !== undefined) return;
  const kept = await lookFor(
    (signal) => cloud.bootVolumeOf(instanceId, signal),
    cloudWaiting(tools, 'The boot volume', lookForDiskMs),
  );
  if (kept === undefined) return;
  await tagAsKept(tools, cloud, kept.id);
  await tools.update((record) =>
    record.phase.kind === 'terminating'
      ? // Its real size says what it costs from now on.
        {
          ...withOci(record, { plan: { ...ociOrigin(record).plan, bootVolumeSizeInGBs: kept.sizeGb } }),
          phase: { ...record.phase, bootVolumeId: kept.id },
        }
      : record,
  );
}

/** So that it is found again where its record is gone: it is billed. Without the right to tag it, it is kept all the same. */
async function tagAsKept(tools: StageTools, cloud: Cloud, bootVolumeId: string): Promise<void> {
  const { shape } = ociOrigin(tools.record()).plan;
  try {
    await cloud.tagBootVolume(bootVolumeId, keptDiskTags({ launchId: tools.id, shape }), tools.signal);
  } catch (error) {
    tools.signal.throwIfAborted();
    tools.logger.warn(`${tools.record().name}: its boot volume could not be tagged`, error);
  }
}

/** An instance that was ended elsewhere is gone with its disk, as a rule; this disk is billed, whether it was found or not. */
async function noteDiskMayBeKept(tools: StageTools, diskMayBeKept: boolean): Promise<void> {
  await tools.update((record) =>
    record.phase.kind === 'terminating' ? { ...record, phase: { ...record.phase, diskMayBeKept } } : record,
  );
}

/** The disk has gone with its instance, whatever an earlier attempt was to keep. */
async function forgetBootVolume(tools: StageTools): Promise<void> {
  await tools.update((record) => {
    if (record.phase.kind !== 'terminating') return record;
    const { bootVolumeId: _gone, diskMayBeKept: _neither, ...phase } = record.phase;
    return { ...record, phase };
  });
}

/**
 * Asks OCI to end it. That the disk may be kept is noted before the call, whose answer may never be read: not the
 * answer decides whether the disk is billed. A refusal takes back what this call has noted, not what an earlier one has.
 */
async function terminate(
  tools: StageTools,
  cloud: Cloud,
  id: string,
  { keepBootVolume, signal }: { readonly keepBootVolume: boolean; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const wasNoted = phaseOf(tools.record())?.diskMayBeKept ?? false;
  if (keepBootVolume) await noteDiskMayBeKept(tools, true);
  try {
    await cloud.terminate(id, { preserveBootVolume: keepBootVolume }, signal);
  } catch (error) {
    if (keepBootVolume && !wasNoted && saysNothingWasDone(error)) await noteDiskMayBeKept(tools, false);
    throw error;
  }
  if (!keepBootVolume) await forgetBootVolume(tools);
}

/** A refused termination (404) is asked for again, as long as the instance may only be too new to be known. */
async function terminateAndWait(tools: StageTools, id: string, keepBootVolume: boolean): Promise<void> {
  const cloud = await tools.cloud();
  const { plan, startedAt } = ociOrigin(tools.record());
  const begun = tools.clock.now();
  let since = startedAt ?? begun;
  let isAsked = false;
  const ask = async (signal?: AbortSignal): Promise<void> => {
    try {
      await terminate(tools, cloud, id, { keepBootVolume, signal });
      isAsked = true;
    } catch (error) {
      if (!isCloudError(error, 'notFound') || tools.clock.now() - begun > unknownIdMs) throw error;
    }
  };
  await until(
    async (signal) => {
      const place = { instanceId: id, compartmentId: plan.compartmentId, since };
      const sighting = await sight(cloud, place, tools.clock.now(), signal);
      if (sighting.kind === 'gone') return true;
      if (sighting.kind === 'seen') {
        // From now on a 404 means that it is gone.
        since = 0;
        const { lifecycleState } = sighting.instance;
        if (lifecycleState === 'TERMINATED') return true;
        if (lifecycleState === 'TERMINATING') isAsked = true;
        else if (keepBootVolume && !isAsked) await noteBootVolume(tools, cloud, id);
      }
      // Which disk is kept can be told of a known instance only, so that one is awaited.
      if (!isAsked && (sighting.kind === 'seen' || !keepBootVolume)) await ask(signal);
      return undefined;
    },
    cloudWaiting(tools, 'Termination', powerLimitMs),
  );
}
