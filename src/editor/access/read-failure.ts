import type { Unread } from '../../journey/lab';

/** Why the cloud could not be read, as `ociGpu.readFailed` tells it: each has its own next step. */
export type ReadFailure = 'signIn' | 'other';

/** The same where some of it could be read. */
export function partFailure(unread: readonly Unread[]): 'partSignIn' | 'part' | undefined {
  if (unread.length === 0) return undefined;
  return unread.some(({ why }) => why === 'signedOut') ? 'partSignIn' : 'part';
}

export function readFailure(error: unknown): ReadFailure {
  // The room of the cloud is not loaded for this. Only a session can be signed in to anew: an API key is mended by hand.
  const isEnded = error instanceof Error && 'endedSession' in error && error.endedSession !== undefined;
  return isEnded ? 'signIn' : 'other';
}
