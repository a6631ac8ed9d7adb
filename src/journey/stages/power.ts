import type { LifecycleState } from '../../cloud/types';
import type { Phase } from '../../instances/phase';
import { backoffMs } from '../../waiting/backoff';
import { until } from '../../waiting/until';
import { knownInstance } from '../known-instance';
import type { Stage, StageTools } from '../stage';
import { ociOrigin } from '../stage';
import { cloudPause, powerLimitMs } from '../time-limits';

/** SOFTSTOP was or is asked for: waits for STOPPED. */
export const stopping: Stage = async (tools) => {
  const cloud = await tools.cloud();
  const id = instanceIdOf(tools);
  const instance = await knownInstance(cloud, id, tools.signal);
  if (instance?.lifecycleState === 'RUNNING') await cloud.power(id, 'softStop', tools.signal);
  return await reach(tools, 'STOPPED', { kind: 'stopped', since: tools.clock.now() });
};

/** START was or is asked for; the address may be another one afterwards, so booting reads it again. */
export const starting: Stage = async (tools) => {
  const cloud = await tools.cloud();
  const id = instanceIdOf(tools);
  const instance = await knownInstance(cloud, id, tools.signal);
  if (instance?.lifecycleState === 'STOPPED') await cloud.power(id, 'start', tools.signal);
  return await reach(tools, 'RUNNING', { kind: 'booting', step: 'Starting', since: tools.clock.now() });
};

function instanceIdOf(tools: StageTools): string {
  const { instanceId } = ociOrigin(tools.record());
  if (instanceId === undefined) throw new Error('The record names no instance.');
  return instanceId;
}

async function reach(tools: StageTools, state: LifecycleState, then: Phase): Promise<Phase> {
  const cloud = await tools.cloud();
  const id = instanceIdOf(tools);
  return await until<Phase>(
    async (signal) => {
      const instance = await knownInstance(cloud, id, signal);
      if (instance === undefined || instance.lifecycleState === 'TERMINATED') {
        return { kind: 'terminated', since: tools.clock.now(), elsewhere: true };
      }
      return instance.lifecycleState === state ? then : undefined;
    },
    {
      what: state === 'STOPPED' ? 'Stopping' : 'Starting',
      limitMs: powerLimitMs,
      everyMs: (looks) => backoffMs(cloudPause, looks),
      signal: tools.signal,
      clock: tools.clock,
    },
  );
}
