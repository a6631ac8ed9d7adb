import type { ActionOutcome } from '../../journey/lab';
import { silenceOf } from '../kernel-refusal';
import { offerNextAction } from '../notebook/questions';
import type { CommandContext } from './context';
import { wayOut } from './fits';
import { tellOutcome } from './tell-failure';

/** Tells what came of opening a tunnel, with the way out where the instance does not answer. */
export async function tellTunnel(
  context: Pick<CommandContext, 'lab' | 'log'>,
  id: string,
  outcome: ActionOutcome,
): Promise<void> {
  const view = context.lab.get(id);
  // Another host key has been told about when it was seen: see `tell-host-key.ts`.
  if (outcome.kind !== 'failed' || (view && wayOut('trustHostKey')(view))) return;
  const silence = view && silenceOf(view);
  if (silence) await offerNextAction(silence);
  else await tellOutcome(context, id, outcome);
}
