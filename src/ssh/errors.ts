import type { SshFailure } from './types';

/** Thrown by this room for everything that an SSH connection can fail with. `message` is fit for a person. */
export class SshError extends Error {
  override readonly name = 'SshError';
  constructor(
    readonly failure: SshFailure,
    cause?: unknown,
  ) {
    super(failure.message, cause === undefined ? undefined : { cause });
  }
}

/** Failures that trying again cannot mend. */
export function isPermanent(failure: SshFailure): boolean {
  return (
    failure.kind === 'authentication' ||
    failure.kind === 'hostKeyChanged' ||
    failure.kind === 'hostKeyRefused' ||
    failure.kind === 'protocol'
  );
}

/** The error of a link that ended under `what` (a few words: "the command"). */
export function lostError(what: string, host: string, cause?: unknown): SshError {
  return new SshError(
    { kind: 'lost', message: `The connection to ${host} was lost while ${what} was running.` },
    cause,
  );
}
