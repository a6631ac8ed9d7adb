import { isUnreachedLaunch } from '../../instances/life';
import type { InstanceRecord } from '../../instances/record';
import { awaitsNetwork } from './launch-journal';
import { ociOrigin, type StageTools } from '../stage';

/** Whether another launch is on its way into the network of this record's compartment: no list shows its instance yet. */
export function isNetworkAwaited(tools: StageTools): boolean {
  const { region, compartmentId } = ociOrigin(tools.record()).plan;
  return tools.others().some((other) => {
    if (!isUnreachedLaunch(other) || isEnding(other) || !awaitsNetwork(other)) return false;
    const { plan } = ociOrigin(other);
    return plan.region === region && plan.compartmentId === compartmentId;
  });
}

function isEnding({ phase }: InstanceRecord): boolean {
  return phase.kind === 'terminating' || (phase.kind === 'failed' && phase.at === 'terminating');
}
