import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** What came of reading a private key. */
export type KeyReading =
  | {
      readonly kind: 'opened';
      /** PKCS8 in PEM, unencrypted: what the SDK's signer reads. A secret. */
      readonly pkcs8Pem: string;
      /** As OCI shows it: MD5 of the public key in DER, in pairs of hex digits. */
      readonly fingerprint: string;
    }
  | { readonly kind: 'passphraseNeeded' }
  | { readonly kind: 'wrongPassphrase' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Opens a PEM private key, PKCS1 or PKCS8, encrypted or not. It is opened here and never by the SDK, whose
 * parser kills the process by an uncaught exception when the passphrase is wrong.
 */
export function openPrivateKey(text: string, passphrase: string | undefined): KeyReading {
  // Keys downloaded from the console end with a line "OCI_API_KEY", which is not PEM.
  const pem = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]+?-----END \1-----/.exec(text)?.[0];
  if (pem === undefined) return { kind: 'unreadable', reason: 'it holds no private key in PEM form' };
  if (pem.includes('BEGIN OPENSSH')) {
    return { kind: 'unreadable', reason: 'it is an SSH key; an API key in PEM form is needed' };
  }
  const encrypted = /ENCRYPTED/.test(pem);
  if (encrypted && !passphrase) return { kind: 'passphraseNeeded' };
  let key: KeyObject;
  try {
    key = createPrivateKey(encrypted && passphrase ? { key: pem, passphrase } : { key: pem });
  } catch {
    // OpenSSL (Node) and BoringSSL (desktop editors) name the same failure differently: go by what was asked.
    return encrypted
      ? { kind: 'wrongPassphrase' }
      : { kind: 'unreadable', reason: 'its PEM text is damaged' };
  }
  if (key.asymmetricKeyType !== 'rsa') {
    return {
      kind: 'unreadable',
      reason: `it is a key of type ${key.asymmetricKeyType ?? 'unknown'}, not RSA`,
    };
  }
  const pkcs8Pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { kind: 'opened', pkcs8Pem, fingerprint: fingerprintOf(key) };
}

/** https://docs.oracle.com/iaas/Content/API/Concepts/apisigningkey.htm, "How to Get the Key's Fingerprint" */
function fingerprintOf(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('md5')
    .update(der)
    .digest('hex')
    .replace(/..(?=.)/g, '$&:');
}
