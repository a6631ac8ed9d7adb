/** Why the cloud could not be read, as `ociGpu.readFailed` tells it: each has its own next step. */
export function readFailure(error: unknown): 'signIn' | 'other' {
  // The room of the cloud is not loaded for this: its error is known by its kind.
  return error instanceof Error && 'kind' in error && error.kind === 'notAuthenticated' ? 'signIn' : 'other';
}
