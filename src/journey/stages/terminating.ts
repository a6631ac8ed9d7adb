import type { Cloud } from '../../cloud/cloud';
import { backoffMs } from '../../waiting/backoff';
import { until } from '../../waiting/until';
import { knownInstance } from '../known-instance';
import type { Stage, StageTools } from '../stage';
import { ociOrigin, sayStep } from '../stage';
import { cloudPause, powerLimitMs } from '../time-limits';

/**
 * Removes the instance and, when nothing else uses it, the lab's network. Also the way back of a cancelled
 * launch, whatever that had made: it looks for what the journal says may exist.
 */
export const terminating: Stage = async (tools) => {
  const phase = tools.record().phase;
  const keepBootVolume = phase.kind === 'terminating' && phase.keepBootVolume;
  const cloud = await tools.cloud();
  const { plan, instanceId } = ociOrigin(tools.record());
  const ids = instanceId === undefined ? await madeByThisLaunch(tools, cloud) : [instanceId];
  const kept =
    keepBootVolume && ids[0] !== undefined ? await cloud.bootVolumeOf(ids[0], tools.signal) : undefined;
  for (const id of ids) await terminateAndWait(tools, cloud, id, keepBootVolume);
  if (plan.network.kind === 'lab' && tools.record().journal.some((entry) => entry.step === 'network')) {
    await sayStep(tools, 'Removing the network if nothing uses it');
    await cloud.removeLabNetworkIfUnused(plan.compartmentId, tools.signal);
  }
  return {
    kind: 'terminated',
    since: tools.clock.now(),
    ...(kept ? { keptBootVolumeId: kept.id } : {}),
  };
};

/** An unanswered LaunchInstance may have made one that the lists do not show yet. */
async function madeByThisLaunch(tools: StageTools, cloud: Cloud): Promise<string[]> {
  const attempts = tools.record().journal.filter((entry) => entry.step === 'launchInstance');
  if (attempts.length === 0) return [];
  const unanswered = attempts.some((entry) => entry.outcome === undefined);
  const look = async (signal?: AbortSignal) =>
    (await cloud.instancesOfLaunch(tools.id, signal))
      .filter((instance) => instance.lifecycleState !== 'TERMINATED')
      .map((instance) => instance.id);
  const found = await look(tools.signal);
  if (found.length > 0 || !unanswered) return found;
  const end = tools.clock.now() + 120_000;
  for (let looks = 1; tools.clock.now() < end; looks++) {
    await tools.clock.sleep(backoffMs(cloudPause, looks), tools.signal);
    const later = await look(tools.signal);
    if (later.length > 0) return later;
  }
  return [];
}

async function terminateAndWait(
  tools: StageTools,
  cloud: Cloud,
  id: string,
  preserveBootVolume: boolean,
): Promise<void> {
  await cloud.terminate(id, { preserveBootVolume }, tools.signal);
  await until(
    async (signal) => {
      const instance = await knownInstance(cloud, id, signal);
      return instance === undefined || instance.lifecycleState === 'TERMINATED' ? true : undefined;
    },
    {
      what: 'Termination',
      limitMs: powerLimitMs,
      everyMs: (looks) => backoffMs(cloudPause, looks),
      signal: tools.signal,
      clock: tools.clock,
    },
  );
}
