import type { Phase } from '../../instances/phase';

/** What the cloud does by itself, and cannot be called back. */
const beyondRecall: readonly string[] = ['stopped', 'starting', 'stopping', 'terminating'];

/** Whether Cancel fits what goes on; while nothing does yet, whether it will fit what was just asked for. */
export function canCancel(phase: Phase): boolean {
  // A stopped instance is about to be started, and what has failed goes on where it did.
  return !beyondRecall.includes(phase.kind === 'failed' ? phase.at : phase.kind);
}
