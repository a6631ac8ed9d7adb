import type { Cloud } from '../../cloud/cloud';
import { isGone } from '../../cloud/types';
import type { Phase } from '../../instances/phase';
import type { InstanceRecord } from '../../instances/record';
import { lookFor, until } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { knownInstance } from '../known-instance';
import { isUnanswered, mayHaveNetwork } from '../launch-journal';
import type { Stage, StageTools } from '../stage';
import { ociOrigin } from '../stage';
import { lookForLaunchMs, powerLimitMs } from '../time-limits';

/**
 * Removes the instance and, when nothing else uses it, the lab's network. Also the way back of a cancelled
 * launch, whatever that had made: it looks for what the journal says may exist.
 */
export const terminating: Stage = async (tools) => {
  const keepBootVolume = phaseOf(tools.record())?.keepBootVolume ?? false;
  for (const id of await instancesToEnd(tools)) {
    if (keepBootVolume) await noteBootVolume(tools, id);
    await terminateAndWait(tools, id, keepBootVolume);
  }
  if (mayLeaveNetwork(tools.record())) {
    tools.logger.info(`${tools.record().name}: removing the network if nothing uses it`);
    const cloud = await tools.cloud();
    await cloud.removeLabNetworkIfUnused(ociOrigin(tools.record()).plan.compartmentId, tools.signal);
  }
  const kept = phaseOf(tools.record())?.bootVolumeId;
  // A kept disk still lets the same key in.
  if (kept === undefined) await tools.forgetKeys();
  return {
    kind: 'terminated',
    since: tools.clock.now(),
    ...(kept === undefined ? {} : { keptBootVolumeId: kept }),
  };
};

function phaseOf({ phase }: InstanceRecord): Extract<Phase, { kind: 'terminating' }> | undefined {
  return phase.kind === 'terminating' ? phase : undefined;
}

/** Found by its tags, an instance may be the last in a network that an earlier record knew of. */
function mayLeaveNetwork(record: InstanceRecord): boolean {
  return mayHaveNetwork(record) || ociOrigin(record).foundBy === 'tags';
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
  const found = await lookFor(
    async (signal) => {
      const alive = (await cloud.instancesOfLaunch(tools.id, signal)).filter(
        ({ lifecycleState }) => !isGone(lifecycleState),
      );
      return alive.length > 0 || !mayComeLater ? alive : undefined;
    },
    cloudWaiting(tools, 'An instance of this launch', lookForLaunchMs),
  );
  return found?.map(({ id }) => id) ?? [];
}

/** Before the instance is gone, because afterwards nothing says which disk was its own. */
async function noteBootVolume(tools: StageTools, instanceId: string): Promise<void> {
  if (phaseOf(tools.record())?.bootVolumeId !== undefined) return;
  const cloud = await tools.cloud();
  const kept = await cloud.bootVolumeOf(instanceId, tools.signal);
  if (kept === undefined) return;
  await tools.update((record) =>
    record.phase.kind === 'terminating'
      ? { ...record, phase: { ...record.phase, bootVolumeId: kept.id } }
      : record,
  );
}

async function terminateAndWait(tools: StageTools, id: string, preserveBootVolume: boolean): Promise<void> {
  const cloud = await tools.cloud();
  await cloud.terminate(id, { preserveBootVolume }, tools.signal);
  await until(
    async (signal) => {
      const instance = await knownInstance(cloud, id, signal);
      return instance === undefined || instance.lifecycleState === 'TERMINATED' ? true : undefined;
    },
    cloudWaiting(tools, 'Termination', powerLimitMs),
  );
}
