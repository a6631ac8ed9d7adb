import type { Disposable } from '../../ports/disposable';
import type { CommandContext } from './context';
import { tellLater } from './tell-later';

/** A ready instance that shows another host key is told about, once: nobody need have done anything, its tunnel sees it. */
export function tellHostKey(context: Pick<CommandContext, 'lab' | 'log'>): Disposable {
  return context.lab.onDidRefuseHostKey((id) => {
    const told = import('./tell-failure').then(({ tellPhase }) => tellPhase(context, id));
    tellLater(context, 'Telling of another host key', told);
  });
}
