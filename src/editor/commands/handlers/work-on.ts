import type { ActionOutcome } from '../../../journey/lab';
import type { CommandContext } from '../context';
import { tellLater } from '../tell-later';
import { tellReady } from '../tell-ready';

/** Work of minutes on an instance: shown while it goes on, and its end is told. Resolves when the work has ended. */
export async function workOn(
  context: CommandContext,
  id: string,
  what: string,
  work: () => Promise<ActionOutcome>,
): Promise<void> {
  context.showProgress(id);
  tellLater(context, what, tellReady(context, id, await work()));
}
