import type { InstanceRecord } from '../../../instances/record';
import type { ActionOutcome, InstanceView, Lab } from '../../../journey/lab';
import { existsInCloud } from '../fits';
import { checkStillFits } from '../fitting-view';

/**
 * Removes what a launch without an answer may have made, once the person has agreed to that. An instance that was found
 * while they were asked is not what they agreed to: there may be work on it, and its disk can be kept.
 * @param askAnew asks about the instance that was found, and terminates it
 */
export async function endDoubtfulLaunch(
  lab: Pick<Lab, 'get' | 'terminate'>,
  asked: Pick<InstanceRecord, 'id' | 'name'>,
  askAnew: (found: InstanceView) => Promise<void>,
): Promise<ActionOutcome> {
  const view = checkStillFits('ociGpu.terminateInstance', lab, asked);
  if (!existsInCloud(view)) return await lab.terminate(asked.id, { keepBootVolume: false });
  await askAnew(view);
  return { kind: 'done' };
}
