import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { wireString, wireUint32 } from './wire';

/**
 * Writes an ed25519 private key as OpenSSH does, unencrypted (OpenSSH's PROTOCOL.key).
 * ssh2 reads no PKCS8, which is all that node:crypto writes for this type.
 * @throws Error when the key is not a private ed25519 key.
 */
export function writeEd25519Key(key: KeyObject, comment: string): string {
  const { d, x } = key.export({ format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519' || d === undefined || x === undefined) {
    throw new Error('Not a private ed25519 key.');
  }
  const publicHalf = Buffer.from(x, 'base64url');
  const publicBlob = Buffer.concat([wireString('ssh-ed25519'), wireString(publicHalf)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    wireString(Buffer.concat([Buffer.from(d, 'base64url'), publicHalf])),
    wireString(comment),
  ]);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    wireString('none'),
    wireString('none'),
    wireString(''),
    wireUint32(1),
    wireString(publicBlob),
    wireString(padded(secret)),
  ]);
  return pem('OPENSSH PRIVATE KEY', file);
}

/**
 * A private key in a form that ssh2 reads: PKCS1 for RSA, SEC1 for ECDSA, OpenSSH's for ed25519.
 * @returns undefined for a type or curve that SSH does not know.
 */
export function writeForSsh2(pkcs8: KeyObject, comment: string): string | undefined {
  switch (pkcs8.asymmetricKeyType) {
    case 'ed25519':
      return writeEd25519Key(pkcs8, comment);
    case 'rsa':
      return pkcs8.export({ format: 'pem', type: 'pkcs1' }).toString();
    case 'ec':
      return sshCurves.has(pkcs8.asymmetricKeyDetails?.namedCurve ?? '')
        ? pkcs8.export({ format: 'pem', type: 'sec1' }).toString()
        : undefined;
    default:
      return undefined;
  }
}

/** OpenSSL's names of nistp256, nistp384 and nistp521 (RFC 5656, section 10.1). */
const sshCurves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Padding 1, 2, 3, … to a multiple of 8, the block size of "no cipher". */
function padded(bytes: Buffer): Buffer {
  const missing = (8 - (bytes.length % 8)) % 8;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** Reads any plain or encrypted PEM that node:crypto knows. @throws what node:crypto throws. */
export function readPem(pemText: string, passphrase: string | undefined): KeyObject {
  return createPrivateKey({
    key: pemText,
    format: 'pem',
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}
