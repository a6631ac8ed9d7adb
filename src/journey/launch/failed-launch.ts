import { lastInDoubt } from '../../instances/launch-attempts';
import type { FailedPhase } from '../../instances/phase';
import { networkBegunAt, withNetworkGivenUp, withoutNetwork } from './launch-journal';
import { leaveNetwork } from './leave-network';
import type { StageTools } from '../stage';
import { sayStep } from '../stage';

/**
 * A launch that failed for good is rolled back: the network that it made goes, unless others use it.
 * While a LaunchInstance is in doubt nothing is removed, since it may have made an instance.
 * @returns the failure, with what can be done about it: remove the record where nothing is left, terminate where
 * something may be
 */
export async function rollBackFailedLaunch(tools: StageTools, failure: FailedPhase): Promise<FailedPhase> {
  const isClean = lastInDoubt(tools.record()) === undefined && (await removedNetwork(tools));
  const others = failure.wayOut.filter((way) => way !== 'terminate' && way !== 'forget');
  return { ...failure, wayOut: [...others, isClean ? 'forget' : 'terminate'] };
}

/** @returns false when it could not be removed: the journal then still names it */
async function removedNetwork(tools: StageTools): Promise<boolean> {
  const begunAt = networkBegunAt(tools.record());
  if (begunAt === undefined) return true;
  await sayStep(tools, 'Removing what the launch had made');
  // Another launch that fails at the same time must not leave it for this one.
  await tools.update(withNetworkGivenUp);
  try {
    await leaveNetwork(tools, begunAt);
  } catch (error) {
    tools.signal.throwIfAborted();
    tools.logger.warn(`${tools.record().name}: the network of the failed launch could not be removed`, error);
    return false;
  }
  await tools.update(withoutNetwork);
  return true;
}
