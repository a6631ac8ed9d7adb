import type { Phase } from '../../instances/phase';
import type { SetupOutcome } from '../../setup/types';
import type { StageTools } from '../stage';

/** The phase of an instance whose set-up has ended well; what the GPU check said goes into the record. */
export async function readyPhase(
  tools: StageTools,
  outcome: Extract<SetupOutcome, { kind: 'ready' | 'readyWithWarning' }>,
): Promise<Phase> {
  const since = tools.clock.now();
  await tools.update((record) => ({ ...record, setup: { ...record.setup, gpus: outcome.gpus } }));
  return outcome.kind === 'ready'
    ? { kind: 'ready', since }
    : { kind: 'ready', since, warning: `${outcome.message} ${outcome.nextAction}` };
}
