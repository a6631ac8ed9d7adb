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

/** The error of a port that gave no answer of any kind: not even the TCP connection was taken or refused. */
export function silenceError(host: string, port: number, cause?: unknown): SshError {
  const message = `${host} does not answer on port ${port}.`;
  return new SshError({ kind: 'unreachable', message, isSilent: true }, cause);
}

/** The error of a link that ended under `what` (a few words: "the command"). */
export function lostError(what: string, host: string, cause?: unknown): SshError {
  return new SshError(
    { kind: 'lost', message: `The connection to ${host} was lost while ${what} was running.` },
    cause,
  );
}
