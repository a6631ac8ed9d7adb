import type { Picked } from '../quick-pick';
import type { KeyChoice } from './ssh-key';
import type { LaunchWishes } from './wishes';

/** What came of editing a line. Only closing the summary itself gives the launch up. */
export type Edit =
  | { readonly kind: 'wish'; readonly wish: LaunchWishes }
  | { readonly kind: 'key'; readonly key: KeyChoice }
  | { readonly kind: 'unchanged' };

/** A list that was closed, or left by Back, leaves its line as it was. */
export function asWish<T>(picked: Picked<T>, toWish: (value: T) => LaunchWishes): Edit {
  return picked.kind === 'chosen' ? { kind: 'wish', wish: toWish(picked.value) } : { kind: 'unchanged' };
}

/** An error in one line must not cost the person the others: it is told, and leads back. */
export async function editedOrTold(
  editing: Promise<Edit>,
  tell: (error: unknown) => Promise<void>,
): Promise<Edit> {
  try {
    return await editing;
  } catch (error) {
    await tell(error);
    return { kind: 'unchanged' };
  }
}
