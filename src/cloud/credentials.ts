import { readFile } from 'node:fs/promises';
import type { SecretStore } from '../ports/secrets';
import { openPrivateKey } from './private-key';
import type { ProfileProblem } from './profile-problem';
import type { Profile } from './profiles';

/** A profile whose key has been opened: what requests are signed with. */
export interface Credentials {
  readonly profile: Profile;
  /** PKCS8 in PEM, unencrypted. A secret; lives only in memory. */
  readonly privateKeyPem: string;
}

/** What opening a profile needs of the outside. */
export interface CredentialsDeps {
  readonly secrets: SecretStore;
  /** Asks the person; `wrongBefore` when the last answer did not fit. `undefined`: cancelled. */
  readonly askPassphrase: (profile: Profile, wrongBefore: boolean) => Promise<string | undefined>;
}

export type CredentialsOutcome =
  | { readonly kind: 'opened'; readonly credentials: Credentials }
  | { readonly kind: 'problem'; readonly problem: ProfileProblem }
  | { readonly kind: 'cancelled' };

const maxQuestions = 3;

/** Under which name a key's passphrase is kept in the secret store. */
export function passphraseSecretKey(keyFile: string): string {
  return `ociGpu.passphrase:${keyFile}`;
}

/**
 * Opens a profile's key. An encrypted key is tried with the profile's own passphrase, then the one kept as a
 * secret, then the person is asked up to three times; an answer that fits is kept.
 */
export async function openCredentials(profile: Profile, deps: CredentialsDeps): Promise<CredentialsOutcome> {
  let text: string;
  try {
    text = await readFile(profile.keyFile, 'utf8');
  } catch (error) {
    return { kind: 'problem', problem: keyFileProblem(profile, error) };
  }
  const secretKey = passphraseSecretKey(profile.keyFile);
  const kept = await deps.secrets.get(secretKey);
  for (const passphrase of [profile.passphrase, kept]) {
    const reading = openPrivateKey(text, passphrase);
    if (reading.kind === 'opened') return opened(profile, reading);
    if (reading.kind === 'unreadable') return unreadable(profile, reading.reason);
  }
  if (kept !== undefined) await deps.secrets.delete(secretKey);

  let wrongBefore = profile.passphrase !== undefined || kept !== undefined;
  for (let question = 1; question <= maxQuestions; question++) {
    const answer = await deps.askPassphrase(profile, wrongBefore);
    if (answer === undefined) return { kind: 'cancelled' };
    const reading = openPrivateKey(text, answer);
    if (reading.kind === 'unreadable') return unreadable(profile, reading.reason);
    if (reading.kind === 'opened') {
      await deps.secrets.store(secretKey, answer);
      return opened(profile, reading);
    }
    wrongBefore = true;
  }
  return {
    kind: 'problem',
    problem: { kind: 'wrongPassphrase', profile: profile.name, path: profile.keyFile },
  };
}

function opened(profile: Profile, key: { pkcs8Pem: string; fingerprint: string }): CredentialsOutcome {
  if (profile.kind === 'apiKey' && profile.fingerprint.toLowerCase() !== key.fingerprint) {
    const { name, keyFile: path } = profile;
    return {
      kind: 'problem',
      problem: { kind: 'fingerprintMismatch', profile: name, path, actual: key.fingerprint },
    };
  }
  return { kind: 'opened', credentials: { profile, privateKeyPem: key.pkcs8Pem } };
}

function unreadable(profile: Profile, reason: string): CredentialsOutcome {
  return {
    kind: 'problem',
    problem: { kind: 'keyUnreadable', profile: profile.name, path: profile.keyFile, reason },
  };
}

function keyFileProblem(profile: Profile, error: unknown): ProfileProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const { name, keyFile: path } = profile;
  return code === 'ENOENT'
    ? { kind: 'keyFileMissing', profile: name, path }
    : { kind: 'keyUnreadable', profile: name, path, reason: `it cannot be read (${code})` };
}
