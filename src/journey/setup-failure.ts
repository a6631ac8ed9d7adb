import type { FailedPhase, WayOut } from '../instances/phase';
import type { FailureReason, SetupOutcome } from '../setup/types';
import { failed, waysOut, type StageTools } from './stage';

/** What the person reads of a set-up that failed; the details go to the log. */
export function setupFailed(
  tools: Pick<StageTools, 'record' | 'logger' | 'clock'>,
  { message, nextAction, reason, detail }: Extract<SetupOutcome, { kind: 'failed' }>,
): FailedPhase {
  tools.logger.warn(`${tools.record().name}: set-up failed (${reason})`, detail);
  const first: WayOut[] = asksForAnotherTag(reason) ? ['setUp', 'retry', 'showLog'] : ['retry', 'showLog'];
  return failed(tools, 'settingUp', `${message} ${nextAction}`, waysOut(tools.record(), ...first));
}

/** The same set-up would fail alike. */
function asksForAnotherTag(reason: FailureReason): boolean {
  return reason === 'imageNotFound' || reason === 'imagePrivate';
}
