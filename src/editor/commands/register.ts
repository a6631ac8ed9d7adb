import * as vscode from 'vscode';
import type { InstanceView } from '../../journey/lab';
import { commands, type Command, type CommandId, type InstanceCommandId } from './commands';
import type { CommandContext } from './context';

/** Does a command's work. `target` is what the command was called on, as it came. */
export type Handler = (context: CommandContext, target: unknown) => Promise<void>;

/** Does the work of a command that acts on an instance. */
export type InstanceHandler = (context: CommandContext, view: InstanceView, target: unknown) => Promise<void>;

/** Registers every command. Handlers are loaded with the first use of one of them. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...(commands as readonly (Command & { readonly id: CommandId })[]).map(({ id, fits }) =>
      vscode.commands.registerCommand(id, async (target: unknown) => {
        try {
          const { handlers, instanceHandlers } = await import('./handlers');
          if (!fits) {
            await handlers[id as keyof typeof handlers](context, target);
            return;
          }
          const [{ pickInstance }, { notebookIn }] = await Promise.all([
            import('./pick-instance'),
            import('./target'),
          ]);
          const notebook = notebookIn(target);
          const instance = notebook ? context.notebooks.instanceOf(notebook) : target;
          const view = await pickInstance(
            id as InstanceCommandId,
            context.lab,
            instance,
            context.clock.now(),
          );
          if (!view) return;
          context.log.info(`${id}: ${view.record.name}`);
          await instanceHandlers[id as InstanceCommandId](context, view, target);
        } catch (error) {
          const { tellFailure } = await import('./tell-failure');
          await tellFailure(context, id, error);
        }
      }),
    ),
  );
}
