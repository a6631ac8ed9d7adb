import type { ActionOutcome, Lab } from '../../../journey/lab';

/**
 * Cancels a launch that the person wants removed. One that was reached while they were asked would only come to rest,
 * and go on costing money: that one is terminated, which asks anew, because there may be work on it.
 * @param terminate asks, and terminates
 */
export async function undoLaunch(
  lab: Pick<Lab, 'get' | 'cancel'>,
  id: string,
  terminate: () => Promise<void>,
): Promise<ActionOutcome> {
  const isReached = (): boolean => {
    const record = lab.get(id)?.record;
    return record?.reachedAt !== undefined && record.phase.kind !== 'terminated';
  };
  if (!isReached()) {
    const outcome = await lab.cancel(id);
    if (outcome.kind !== 'done' || !isReached()) return outcome;
  }
  await terminate();
  return { kind: 'done' };
}
