import type { InstanceRecord } from '../../instances/record';
import type { InstanceView, Lab } from '../../journey/lab';
import { stateWords } from '../words/phase-words';
import { commands, fitting, type InstanceCommandId } from './commands';

/**
 * The instance that a button or a row names, which may be older than what has become of it.
 * @throws when the command cannot work on it now
 */
export function fittingView(id: InstanceCommandId, view: InstanceView | undefined): InstanceView | undefined {
  if (!view || fitting(id, [view]).length > 0) return view;
  const title = commands.find((command) => command.id === id)?.title ?? '';
  throw new Error(
    `“${title.replace('…', '')}” is not possible for ${view.record.name}: ${whyNot(id, view)}.`,
  );
}

/**
 * Looks at the instance again after a question was answered: it may have stood there for hours.
 * @returns what it is by now
 * @throws when the command cannot work on it any more
 */
export function checkStillFits(
  id: InstanceCommandId,
  lab: Pick<Lab, 'get'>,
  asked: Pick<InstanceRecord, 'id' | 'name'>,
): InstanceView {
  const view = fittingView(id, lab.get(asked.id));
  if (!view) throw new Error(`${asked.name} is no longer in the list.`);
  return view;
}

function whyNot(id: InstanceCommandId, { record: { phase }, ownedElsewhere }: InstanceView): string {
  if (ownedElsewhere) return 'another window works on it';
  if (phase.kind === 'failed') return `its state is “${stateWords(phase)}”`;
  const isAboutKernel = id === 'ociGpu.restartKernel' || id === 'ociGpu.shutDownKernel';
  return phase.kind === 'ready' && isAboutKernel ? 'no kernel runs on it' : `it is ${stateWords(phase)}`;
}
