import { CloudError } from '../../cloud/errors';
import type { ProfileProblem } from '../../cloud';
import { NoAccess } from '../clouds';
import type { UnreadReason } from '../lab';

/** Why something could not be read, by the error that told so. */
export function whyUnread(error: unknown): UnreadReason {
  if (error instanceof NoAccess) return whyUnopened(error.problem);
  if (!(error instanceof CloudError)) return 'refused';
  if (error.endedSession !== undefined) return 'signedOut';
  return error.kind === 'unreachable' || error.kind === 'timedOut' ? 'noAnswer' : 'refused';
}

/** Why a profile did not open. */
export function whyUnopened(problem: ProfileProblem | 'cancelled'): UnreadReason {
  if (problem === 'cancelled') return 'passphrase';
  switch (problem.kind) {
    case 'passphraseNeeded':
    case 'wrongPassphrase':
      return 'passphrase';
    case 'tokenFileMissing':
      return 'signedOut';
    case 'noConfig':
    case 'configUnreadable':
    case 'noSuchProfile':
    case 'missingField':
    case 'malformedOcid':
    case 'unsupportedAuth':
    case 'keyFileMissing':
    case 'keyUnreadable':
    case 'fingerprintMismatch':
      return 'unusable';
  }
}
