import type { CommandContext } from './context';

/** Lets the telling of an outcome go on after its command has ended; an error of it is told too. */
export function tellLater(context: Pick<CommandContext, 'log'>, what: string, telling: Promise<void>): void {
  telling.catch(async (error: unknown) => {
    const { tellFailure } = await import('./tell-failure');
    await tellFailure(context, what, error);
  });
}
