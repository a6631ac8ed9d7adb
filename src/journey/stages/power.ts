import { isCloudError } from '../../cloud/errors';
import type { PowerAction } from '../../cloud/instances';
import type { LifecycleState } from '../../cloud/types';
import type { Phase } from '../../instances/phase';
import { until } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { sight } from '../known-instance';
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

async function reach(tools: StageTools, change: PowerChange): Promise<Phase> {
  const { instanceId, plan, startedAt = 0 } = ociOrigin(tools.record());
  if (instanceId === undefined) throw new Error('The record names no instance.');
  const place = { instanceId, compartmentId: plan.compartmentId, since: startedAt };
  const cloud = await tools.cloud();
  let isAsked = false;
  return await until<Phase>(
    async (signal) => {
      const sighting = await sight(cloud, place, tools.clock.now(), signal);
      if (sighting.kind === 'tooNew') return undefined;
      const state = sighting.kind === 'gone' ? 'TERMINATED' : sighting.instance.lifecycleState;
      if (state === 'TERMINATED') return { kind: 'terminated', since: tools.clock.now(), elsewhere: true };
      if (state === change.to) return change.next();
      if (state === change.from && !isAsked) {
        isAsked = await cloud.power(instanceId, change.action, signal).then(() => true, falseWhileBusy);
      }
      return undefined;
    },
    cloudWaiting(tools, change.what, powerLimitMs),
  );
}

/** While something else goes on with the instance OCI takes no action (409), so it is asked again afterwards. */
function falseWhileBusy(error: unknown): false {
  if (isCloudError(error, 'conflict')) return false;
  throw error;
}
