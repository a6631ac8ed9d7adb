import type { KeyObject } from 'node:crypto';
import ssh2 from 'ssh2';
import { readPem, writeForSsh2 } from './openssh-private-key';
import { fingerprint, publicKeyType, publicLine } from './public-key';
import { readWireString } from './wire';

/** What came of reading a private key. `message` is a sentence for a person. */
export type ParsedPrivateKey =
  | {
      readonly kind: 'ok';
      /** For example `ssh-ed25519`. */
      readonly type: string;
      /** The same key, unencrypted, in a form that ssh2 reads. A secret. */
      readonly plainKey: string;
      /** `type base64 comment`, for `authorized_keys`. */
      readonly publicLine: string;
      readonly publicBlob: Buffer;
      readonly fingerprint: string;
      /** Whether the text that was read needs its passphrase. */
      readonly encrypted: boolean;
    }
  | { readonly kind: 'needsPassphrase'; readonly message: string }
  | { readonly kind: 'wrongPassphrase'; readonly message: string }
  | { readonly kind: 'unsupported'; readonly reason: string; readonly message: string }
  | { readonly kind: 'notAKey'; readonly message: string };

/**
 * Reads a person's private key: OpenSSH, PKCS1, PKCS8 and SEC1, plain or encrypted; PuTTY's where ssh2 reads it.
 * @param passphrase empty means none.
 */
export function parsePrivateKey(text: string, passphrase?: string): ParsedPrivateKey {
  const clean = text
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trim();
  const secret = passphrase === '' ? undefined : passphrase;
  if (clean.startsWith('PuTTY-User-Key-File-')) return parsePutty(clean, secret);
  const label = /^-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----$/m.exec(clean)?.[1];
  if (label === undefined) return notAKey(clean);
  // Some tools put words before the first line (`Bag Attributes`); the readers below want none.
  const pemText = clean.slice(clean.indexOf(`-----BEGIN ${label}`)).trim();
  if (label === 'OPENSSH PRIVATE KEY') return parseOpenSsh(pemText, secret);
  return parsePem(pemText, label, secret);
}

function parseOpenSsh(pemText: string, passphrase: string | undefined): ParsedPrivateKey {
  const header = readOpenSshHeader(pemText);
  if (header === undefined) return { kind: 'notAKey', message: 'This key file is damaged.' };
  if (header.type.startsWith('sk-')) {
    return unsupported(
      'a security key',
      'This key lives in a security key. Add it to an SSH agent and choose it from there.',
    );
  }
  if (header.encrypted && passphrase === undefined) return needsPassphrase;
  const key = ssh2.utils.parseKey(pemText, passphrase);
  if (key instanceof Error) return header.encrypted ? failedToDecrypt(key) : unsupportedBecause(key);
  return fromKeyObject(readPem(key.getPrivatePEM(), undefined), key.comment, header.encrypted);
}

function parsePem(pemText: string, label: string, passphrase: string | undefined): ParsedPrivateKey {
  const encrypted = label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: 4,ENCRYPTED/m.test(pemText);
  if (encrypted && passphrase === undefined) return needsPassphrase;
  try {
    return fromKeyObject(readPem(pemText, passphrase), '', encrypted);
  } catch (error) {
    if (!encrypted) return { kind: 'notAKey', message: 'This key file is damaged.' };
    return readOldPemBySsh2(pemText, passphrase) ?? failedToDecrypt(error);
  }
}

/** Editors' crypto (BoringSSL) knows fewer of the old PEM ciphers than ssh2 does. */
function readOldPemBySsh2(pemText: string, passphrase: string | undefined): ParsedPrivateKey | undefined {
  const key = ssh2.utils.parseKey(pemText, passphrase);
  if (key instanceof Error) return undefined;
  try {
    return fromKeyObject(readPem(key.getPrivatePEM(), undefined), '', true);
  } catch {
    // A wrong passphrase can decrypt to something that looks like a key and is none.
    return undefined;
  }
}

function parsePutty(text: string, passphrase: string | undefined): ParsedPrivateKey {
  const encrypted = !/^Encryption: none$/m.test(text);
  if (!/^PuTTY-User-Key-File-2: ssh-rsa$/m.test(text)) {
    return unsupported(
      'a newer PuTTY key',
      'This PuTTY key is of a kind that cannot be read. In PuTTYgen choose Conversions → Export OpenSSH key.',
    );
  }
  if (encrypted && passphrase === undefined) return needsPassphrase;
  const key = ssh2.utils.parseKey(text, passphrase);
  if (key instanceof Error) return encrypted ? failedToDecrypt(key) : unsupportedBecause(key);
  return fromKeyObject(readPem(key.getPrivatePEM(), undefined), key.comment, encrypted);
}

function fromKeyObject(key: KeyObject, comment: string, encrypted: boolean): ParsedPrivateKey {
  const plainKey = writeForSsh2(key, comment);
  if (plainKey === undefined) {
    const name = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? 'unknown';
    return unsupported(
      name,
      `Keys of type ${name} are not in use with SSH any more. Use an ed25519 or RSA key.`,
    );
  }
  const readBack = ssh2.utils.parseKey(plainKey);
  if (readBack instanceof Error) return unsupportedBecause(readBack);
  const publicBlob = readBack.getPublicSSH();
  const type = publicKeyType(publicBlob) ?? readBack.type;
  return {
    kind: 'ok',
    type,
    plainKey,
    publicBlob,
    publicLine: publicLine({ type, blob: publicBlob, comment }),
    fingerprint: fingerprint(publicBlob),
    encrypted,
  };
}

/** The open part of an OpenSSH key file: whether it is encrypted, and the public key's type (OpenSSH's PROTOCOL.key). */
function readOpenSshHeader(pemText: string): { encrypted: boolean; type: string } | undefined {
  const bytes = Buffer.from(pemText.replace(/-----[A-Z ]+-----/g, ''), 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) return undefined;
  const cipher = readWireString(bytes, magic.length);
  const kdf = cipher && readWireString(bytes, cipher.next);
  const kdfOptions = kdf && readWireString(bytes, kdf.next);
  const publicBlob = kdfOptions && readWireString(bytes, kdfOptions.next + 4);
  const type = publicBlob && publicKeyType(publicBlob.value);
  if (cipher === undefined || type === undefined) return undefined;
  return { encrypted: cipher.value.toString('latin1') !== 'none', type };
}

const needsPassphrase: ParsedPrivateKey = {
  kind: 'needsPassphrase',
  message: 'This key is protected by a passphrase.',
};

/** Ciphers that are not there say so; everything else that goes wrong while decrypting is a wrong passphrase. */
function failedToDecrypt(error: unknown): ParsedPrivateKey {
  const text = error instanceof Error ? error.message : String(error);
  if (/unsupported|unknown cipher|invalid cipher/i.test(text)) return unsupportedBecause(error);
  return { kind: 'wrongPassphrase', message: 'This is not the passphrase of the key.' };
}

function unsupportedBecause(error: unknown): ParsedPrivateKey {
  const reason = error instanceof Error ? error.message : String(error);
  return unsupported(
    reason,
    `This kind of key cannot be read (${reason}). Use an ed25519 or RSA key in OpenSSH form.`,
  );
}

function unsupported(reason: string, message: string): ParsedPrivateKey {
  return { kind: 'unsupported', reason, message };
}

function notAKey(text: string): ParsedPrivateKey {
  const isPublic = /^(ssh-|ecdsa-|sk-|-----BEGIN (RSA )?PUBLIC KEY|---- BEGIN SSH2 PUBLIC KEY)/.test(text);
  return {
    kind: 'notAKey',
    message: isPublic
      ? 'This is the public half of a key; the private half is needed.'
      : 'This is not a private key.',
  };
}
