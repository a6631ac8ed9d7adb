import type { FailedPhase, Phase } from '../../instances/phase';
import { whyNotSetUp } from '../../setup';
import { orAborted } from '../../waiting/or-aborted';
import { failed, sayStep, waysOut, type StageTools } from '../stage';

const declined = 'It was looked at, and not added. Nothing was changed on it.';

/**
 * A host that is added is looked at before anything else: what cannot be set up is refused, and what can is shown to
 * the person. @returns the phase that ends it; undefined when the host is accepted
 */
export async function lookAtHost(tools: StageTools): Promise<FailedPhase | undefined> {
  const record = tools.record();
  if (record.origin.kind !== 'ssh' || record.reachedAt !== undefined) return undefined;
  await sayStep(tools, 'Looking at the machine');
  const facts = await (await tools.setup()).probe(tools.signal);
  tools.logger.info(`${record.name}: looked at`, facts);
  const refusal = whyNotSetUp(facts);
  if (refusal !== undefined) return failed(tools, 'connecting', refusal, waysOut(record, 'retry'));
  const accepted = await orAborted(tools.questions.acceptHost(record, facts), tools.signal);
  return accepted ? undefined : failed(tools, 'connecting', declined, waysOut(record, 'retry'));
}

/** The person has seen what was found, and does not want the host in the list. */
export function isDeclined(phase: Phase): boolean {
  return phase.kind === 'failed' && phase.message === declined;
}
