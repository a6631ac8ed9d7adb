import type { FailedPhase, WayOut } from '../../instances/phase';
import type { InstanceRecord } from '../../instances/record';
import type { FailureReason, SetupOutcome } from '../../setup/types';
import { failed, waysOut, type StageTools } from '../stage';

/** What the person reads of a set-up that failed; the details go to the log. */
export function setupFailed(
  tools: Pick<StageTools, 'record' | 'logger' | 'clock'>,
  { message, nextAction, reason, detail }: Extract<SetupOutcome, { kind: 'failed' }>,
): FailedPhase {
  tools.logger.warn(`${tools.record().name}: set-up failed (${reason})`, detail);
  const ways = waysOut(tools.record(), ...insteadOf(reason, tools.record()), 'retry', 'showLog');
  return failed(tools, 'settingUp', `${message} ${nextAction}`, ways);
}

/** What to choose otherwise, where the same set-up would fail alike. */
function insteadOf(reason: FailureReason, { setup }: InstanceRecord): WayOut[] {
  if (reason === 'imageNotFound' || reason === 'imagePrivate') return ['setUp'];
  return reason === 'packageNotFound' && setup.extraPackages.length > 0 ? ['changePackages'] : [];
}
