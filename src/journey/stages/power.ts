import type { Cloud } from '../../cloud/cloud';
import { isCloudError, saysNothingWasDone } from '../../cloud/errors';
import type { PowerAction } from '../../cloud/instances';
import type { LifecycleState } from '../../cloud/types';
import type { Phase } from '../../instances/phase';
import { TimeLimitReached, until } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { describeFailure } from '../describe-failure';
import { sight } from '../discovery/known-instance';
import type { Stage, StageTools } from '../stage';
import { ociOrigin } from '../stage';
import { powerLimitMs } from '../time-limits';

/** Asks for SOFTSTOP, unless that was done before, and waits for STOPPED. */
export const stopping: Stage = (tools) =>
  reach(tools, {
    what: 'Stopping',
    action: 'softStop',
    from: 'RUNNING',
    to: 'STOPPED',
    next: () => ({ kind: 'stopped', since: tools.clock.now() }),
  });

/** Asks for START; the address may be another one afterwards, so booting reads it again. */
export const starting: Stage = (tools) =>
  reach(tools, {
    what: 'Starting',
    action: 'start',
    from: 'STOPPED',
    to: 'RUNNING',
    next: () => ({ kind: 'booting', step: 'Starting', since: tools.clock.now() }),
  });

/** A change of power: the action is asked for until it is taken, once the instance is where it starts from. */
interface PowerChange {
  /** For the message when it takes too long. */
  readonly what: string;
  readonly action: PowerAction;
  readonly from: LifecycleState;
  readonly to: LifecycleState;
  next(): Phase;
}

/** How far a change has come. */
interface Progress {
  /** OCI has taken the action. */
  isAsked: boolean;
  /** At the last look. */
  seen: LifecycleState | undefined;
}

async function reach(tools: StageTools, change: PowerChange): Promise<Phase> {
  const cloud = await tools.cloud();
  const progress: Progress = { isAsked: false, seen: undefined };
  try {
    return await until(
      (signal) => look(tools, cloud, { change, progress, signal }),
      cloudWaiting(tools, change.what, powerLimitMs),
    );
  } catch (error) {
    tools.signal.throwIfAborted();
    if (!isStillStopped(progress, error)) throw error;
    return { ...describeFailure(error, tools.record().phase, tools), isStopped: true };
  }
}

/** Sees where the instance is, and asks for the action as soon as it can be asked for. */
async function look(
  tools: StageTools,
  cloud: Cloud,
  { change, progress, signal }: { change: PowerChange; progress: Progress; signal: AbortSignal | undefined },
): Promise<Phase | undefined> {
  const { instanceId, plan, startedAt = 0 } = ociOrigin(tools.record());
  if (instanceId === undefined) throw new Error('The record names no instance.');
  const place = { instanceId, compartmentId: plan.compartmentId, since: startedAt };
  const sighting = await sight(cloud, place, tools.clock.now(), signal);
  if (sighting.kind === 'tooNew') return undefined;
  const state = sighting.kind === 'gone' ? 'TERMINATED' : sighting.instance.lifecycleState;
  if (state === 'TERMINATED') return { kind: 'terminated', since: tools.clock.now(), elsewhere: true };
  if (state === change.to) return change.next();
  progress.seen = state;
  if (state === change.from && !progress.isAsked) {
    progress.isAsked = await cloud.power(instanceId, change.action, signal).then(() => true, falseWhileBusy);
  }
  return undefined;
}

/** While something else goes on with the instance OCI takes no action (409), so it is asked again afterwards. */
function falseWhileBusy(error: unknown): false {
  if (isCloudError(error, 'conflict')) return false;
  throw error;
}

/** A bill that stands still is only told where nothing can have started the machine since it was seen. */
function isStillStopped({ isAsked, seen }: Progress, error: unknown): boolean {
  if (isAsked || seen !== 'STOPPED') return false;
  return error instanceof TimeLimitReached || saysNothingWasDone(error);
}
