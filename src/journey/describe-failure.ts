import { CloudError } from '../cloud/errors';
import type { FailedPhase, Phase, PhaseKind, WayOut } from '../instances/phase';
import { SshError } from '../ssh/errors';
import type { SshFailure } from '../ssh/types';
import { TimeLimitReached } from '../waiting/until';
import { NoAccess } from './clouds';
import type { StageTools } from './stage';
import { failed, waysOut } from './stage';

/**
 * An error that no stage expected, as a phase: what happened in the person's words, and what to do. The whole error
 * goes to the log.
 */
export function describeFailure(
  error: unknown,
  phase: Phase,
  tools: Pick<StageTools, 'record' | 'logger' | 'clock'>,
): FailedPhase {
  const failure = inWords(error, failurePoint(phase.kind), tools);
  if (phase.kind !== 'terminating') return failure;
  const { kind: _kind, since: _since, ...termination } = phase;
  return { ...failure, termination };
}

function inWords(
  error: unknown,
  at: FailedPhase['at'],
  tools: Pick<StageTools, 'record' | 'logger' | 'clock'>,
): FailedPhase {
  tools.logger.error(`${tools.record().name}: ${at} failed`, error);
  const ways = (...first: WayOut[]): WayOut[] => waysOut(tools.record(), ...first);
  if (error instanceof CloudError) {
    const canSignIn = error.endedSession !== undefined;
    return failed(tools, at, error.advice, canSignIn ? ways('signIn', 'retry') : ways('retry'));
  }
  if (error instanceof NoAccess) return failed(tools, at, error.message, ways('retry'));
  if (error instanceof SshError) {
    const phase = failed(tools, at, error.message, ways(...sshWaysOut(error.failure)));
    return 'shown' in error.failure ? { ...phase, shownHostKey: error.failure.shown } : phase;
  }
  if (error instanceof TimeLimitReached) return failed(tools, at, `${error.message}.`, ways('retry'));
  const text = error instanceof Error ? error.message : String(error);
  return failed(tools, at, `Something went wrong: ${text}`, ways('retry', 'showLog'));
}

function failurePoint(phase: PhaseKind): FailedPhase['at'] {
  switch (phase) {
    case 'booting':
    case 'connecting':
    case 'settingUp':
    case 'stopping':
    case 'starting':
    case 'terminating':
      return phase;
    case 'planned':
    case 'launching':
      return 'launching';
    case 'notSetUp':
    case 'ready':
    case 'stopped':
    case 'terminated':
    case 'failed':
      return 'connecting';
  }
}

function sshWaysOut(failure: SshFailure): WayOut[] {
  switch (failure.kind) {
    case 'hostKeyChanged':
    case 'hostKeyRefused':
      return ['trustHostKey', 'retry'];
    case 'authentication':
      return ['chooseSshKey', 'retry'];
    case 'unreachable':
    case 'refused':
    case 'lost':
    case 'protocol':
      return ['retry'];
  }
}
