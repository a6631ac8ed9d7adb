/** Why a profile cannot be used. {@link describeProblem} has the words. */
export type ProfileProblem =
  | { readonly kind: 'noConfig'; readonly path: string }
  | { readonly kind: 'configUnreadable'; readonly path: string; readonly reason: string }
  | { readonly kind: 'noSuchProfile'; readonly profile: string; readonly available: readonly string[] }
  | { readonly kind: 'missingField'; readonly profile: string; readonly field: string }
  | { readonly kind: 'malformedOcid'; readonly profile: string; readonly field: 'tenancy' | 'user' }
  | { readonly kind: 'unsupportedAuth'; readonly profile: string; readonly method: string }
  | { readonly kind: 'keyFileMissing'; readonly profile: string; readonly path: string }
  | {
      readonly kind: 'keyUnreadable';
      readonly profile: string;
      readonly path: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'fingerprintMismatch';
      readonly profile: string;
      readonly path: string;
      readonly actual: string;
    }
  | { readonly kind: 'passphraseNeeded'; readonly profile: string; readonly path: string }
  | { readonly kind: 'wrongPassphrase'; readonly profile: string; readonly path: string }
  | { readonly kind: 'tokenFileMissing'; readonly profile: string; readonly path: string };

/** A sentence for the person and the next thing to do. */
export interface ProblemText {
  readonly message: string;
  readonly nextAction: string;
}

const docs = 'https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm';

/** Says what is wrong with a profile, and what to do about it. Holds no secret. */
export function describeProblem(problem: ProfileProblem): ProblemText {
  switch (problem.kind) {
    case 'noConfig':
      return {
        message: `There is no OCI config file at ${problem.path}.`,
        nextAction: 'Run "oci setup config" or "oci session authenticate", or write the file by hand.',
      };
    case 'configUnreadable':
      return {
        message: `The OCI config file ${problem.path} cannot be read: ${problem.reason}.`,
        nextAction: 'Check that the path names a text file that you may read.',
      };
    case 'noSuchProfile':
      return {
        message: `The OCI config file has no profile "${problem.profile}".`,
        nextAction:
          problem.available.length > 0
            ? `Choose one of: ${problem.available.join(', ')}.`
            : `The file has no profile at all. Run "oci setup config", or see ${docs}`,
      };
    case 'missingField':
      return {
        message: `Profile "${problem.profile}" has no "${problem.field}".`,
        nextAction: `Add "${problem.field}=…" to the profile: ${docs}`,
      };
    case 'malformedOcid':
      return {
        message: `"${problem.field}" of profile "${problem.profile}" is not an OCID.`,
        nextAction: `Copy the ${problem.field}'s OCID from the OCI console; it begins with "ocid1.${problem.field}.".`,
      };
    case 'unsupportedAuth':
      return {
        message: `Profile "${problem.profile}" signs in by ${problem.method}, which is not supported here.`,
        nextAction:
          'Use a profile with an API key ("oci setup config") or a session ("oci session authenticate").',
      };
    case 'keyFileMissing':
      return {
        message: `The key file of profile "${problem.profile}" does not exist: ${problem.path}.`,
        nextAction: 'Correct "key_file" in the profile, or put the key there.',
      };
    case 'keyUnreadable':
      return {
        message: `The key file of profile "${problem.profile}" cannot be used: ${problem.reason} (${problem.path}).`,
        nextAction:
          'It must be an RSA private key in PEM form, the one whose public half was added in the OCI console.',
      };
    case 'fingerprintMismatch':
      return {
        message: `The key file of profile "${problem.profile}" has the fingerprint ${problem.actual}, not the one in the profile.`,
        nextAction: `Correct "fingerprint" or "key_file" (${problem.path}).`,
      };
    case 'passphraseNeeded':
      return {
        message: `The key of profile "${problem.profile}" is encrypted and needs its passphrase.`,
        nextAction: 'Enter the passphrase when asked.',
      };
    case 'wrongPassphrase':
      return {
        message: `That passphrase does not open the key of profile "${problem.profile}".`,
        nextAction: `Try again, or check that ${problem.path} is the right key.`,
      };
    case 'tokenFileMissing':
      return {
        message: `Profile "${problem.profile}" has no session token at ${problem.path}.`,
        nextAction: signInCommand(problem.profile),
      };
  }
}

/** The command that begins a new session for a profile. */
export function signInCommand(profile: string): string {
  const word = /^[\w.@-]+$/.test(profile) ? profile : `"${profile}"`;
  return `oci session authenticate --profile-name ${word}`;
}
