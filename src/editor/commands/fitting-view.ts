import type { InstanceView } from '../../journey/lab';
import { stateWords } from '../words/phase-words';
import { commands, fitting, type InstanceCommandId } from './commands';

/**
 * The instance that a button or a row names, which may be older than what has become of it.
 * @throws when the command cannot work on it now
 */
export function fittingView(id: InstanceCommandId, view: InstanceView | undefined): InstanceView | undefined {
  if (!view || fitting(id, [view]).length > 0) return view;
  const title = commands.find((command) => command.id === id)?.title ?? '';
  const why = view.ownedElsewhere ? 'another window works on it' : `it is ${stateWords(view.record.phase)}`;
  throw new Error(`“${title.replace('…', '')}” is not possible for ${view.record.name}: ${why}.`);
}
