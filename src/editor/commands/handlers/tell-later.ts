import type { CommandContext } from '../context';
import { tellFailure } from '../tell-failure';

/** Lets the telling of an outcome go on after its command has ended; an error of it is told too. */
export function tellLater(context: CommandContext, what: string, telling: Promise<void>): void {
  telling.catch((error: unknown) => void tellFailure(context, what, error));
}
