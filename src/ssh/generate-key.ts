import { generateKeyPairSync, randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';
import { writeEd25519Key } from './openssh-private-key';
import { parsePrivateKey } from './parse-key';

/** A key pair as its two files hold it. `privateKeyPem` is a secret. */
export interface GeneratedKey {
  /** OpenSSH's own form, unencrypted. */
  readonly privateKeyPem: string;
  /** `ssh-ed25519 base64 comment`. */
  readonly publicLine: string;
  readonly fingerprint: string;
}

/**
 * Makes an ed25519 key pair, reads the written file back and signs with it once:
 * a launch that depends on a key which nobody can use would be a billed machine that nobody can enter.
 * @throws Error when the pair does not work.
 */
export function generateKey(comment: string): GeneratedKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const privateKeyPem = writeEd25519Key(privateKey, comment);
  const read = parsePrivateKey(privateKeyPem);
  if (read.kind !== 'ok' || !signsAndVerifies(read.plainKey))
    throw new Error('The new SSH key does not work.');
  return { privateKeyPem, publicLine: read.publicLine, fingerprint: read.fingerprint };
}

function signsAndVerifies(plainKey: string): boolean {
  const key = ssh2.utils.parseKey(plainKey);
  if (key instanceof Error) return false;
  const challenge = randomBytes(32);
  return key.verify(challenge, key.sign(challenge));
}
