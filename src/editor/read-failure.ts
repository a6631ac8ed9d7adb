/** Why the cloud could not be read, as `ociGpu.readFailed` tells it: each has its own next step. */
export type ReadFailure = 'signIn' | 'other';

export function readFailure(error: unknown): ReadFailure {
  // The room of the cloud is not loaded for this. Only a session can be signed in to anew: an API key is mended by hand.
  const isEnded = error instanceof Error && 'endedSession' in error && error.endedSession !== undefined;
  return isEnded ? 'signIn' : 'other';
}
