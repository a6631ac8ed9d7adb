import type { InstanceView, Lab } from '../../journey/lab';
import { instanceRow } from '../tree/instance-row';
import { pickOne } from '../quick-pick';
import { commands, fitting, type InstanceCommandId } from './commands';
import { fittingView } from './fitting-view';
import { idIn } from './target';

/**
 * The instance that a command is meant for: the row it was called on, the only one that fits, or the one that the
 * person picks. Undefined when there is none, or the pick is closed.
 */
export async function pickInstance(
  id: InstanceCommandId,
  lab: Lab,
  target: unknown,
  nowMs: number,
): Promise<InstanceView | undefined> {
  const given = idIn(target);
  if (given !== undefined) return fittingView(id, lab.get(given));
  const candidates = fitting(id, lab.instances);
  if (candidates.length <= 1) return candidates[0];
  const picked = await pickOne<InstanceView>({
    title: commands.find((command) => command.id === id)?.title ?? '',
    placeholder: 'Which instance?',
    canGoBack: false,
    items: candidates.map((view) => {
      const { label, description } = instanceRow(view, nowMs);
      return { label, value: view, ...(description === undefined ? {} : { description }) };
    }),
  });
  return picked.kind === 'chosen' ? fittingView(id, lab.get(picked.value.record.id)) : undefined;
}
