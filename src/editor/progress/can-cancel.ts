import { isBeyondRecall } from '../../instances/life';
import type { Phase } from '../../instances/phase';

/** Whether Cancel fits what goes on; while nothing does yet, whether it will fit what was just asked for. */
export function canCancel(phase: Phase): boolean {
  // A stopped instance is about to be started, and what has failed goes on where it did.
  return phase.kind !== 'stopped' && !isBeyondRecall(phase.kind === 'failed' ? phase.at : phase.kind);
}
