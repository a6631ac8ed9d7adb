import type { GivenKey } from '../../../journey/lab';
import { editSshKey } from '../../launch/ssh-key';

/** A key of the person's own, for a machine that is there already; undefined when the list was closed. */
export async function askKey(): Promise<GivenKey | undefined> {
  const picked = await editSshKey(false);
  return picked.kind === 'chosen' && picked.value.kind === 'own' ? picked.value.key.given : undefined;
}
