import type { FailedPhase } from '../instances/phase';
import type { SetupOutcome } from '../setup/types';
import { failed, waysOut, type StageTools } from './stage';

/** What the person reads of a set-up that failed; the details go to the log. */
export function setupFailed(
  tools: Pick<StageTools, 'record' | 'logger' | 'clock'>,
  { message, nextAction, reason, detail }: Extract<SetupOutcome, { kind: 'failed' }>,
): FailedPhase {
  tools.logger.warn(`${tools.record().name}: set-up failed (${reason})`, detail);
  const ways = waysOut(tools.record(), 'retry', 'showLog');
  return failed(tools, 'settingUp', `${message} ${nextAction}`, ways);
}
