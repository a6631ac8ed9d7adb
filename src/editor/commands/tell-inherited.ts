import type { Disposable } from '../../ports/disposable';
import type { CommandContext } from './context';
import { tellLater } from './tell-later';

/** After a reload, or when another window closes: what goes on here from now on is shown, and its end told. */
export function tellInherited(context: Pick<CommandContext, 'lab' | 'log' | 'showProgress'>): Disposable {
  return context.lab.onDidInherit(({ id, ended }) => {
    context.showProgress(id);
    const told = ended.then(async (outcome) => {
      const { tellReady } = await import('./tell-ready');
      await tellReady(context, id, outcome);
    });
    tellLater(context, 'Going on with an instance', told);
  });
}
