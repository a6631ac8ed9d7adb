import { generateKeyPairSync, type KeyObject } from 'node:crypto';

let shared: KeyObject | undefined;

/** A private key as OCI's API takes it, one and the same for all tests: making one takes longer than most of them. */
export function anApiKey(): KeyObject {
  shared ??= anotherApiKey();
  return shared;
}

/** One that no other test has; short, because a key of the usual length takes much longer. */
export function anotherApiKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
}

/** A key as its file holds it. */
export function pemOf(key: KeyObject, passphrase?: string): string {
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return key.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString();
}
