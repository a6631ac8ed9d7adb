import { createHash } from 'node:crypto';
import type { HostKey } from './types';
import { readWireString } from './wire';

/** The public half of a key as SSH writes it. */
export interface PublicKey {
  /** For example `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`. */
  readonly type: string;
  /** The key in SSH's wire format (RFC 4253, section 6.6). */
  readonly blob: Buffer;
  readonly comment: string;
}

/** OpenSSH's fingerprint: `SHA256:` and unpadded base64 of the hash of the wire form. */
export function fingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Reads a line of `id_*.pub` or of `authorized_keys` without options; undefined when it is no such line. */
export function parsePublicLine(line: string): PublicKey | undefined {
  const [type, base64, ...comment] = line.trim().split(/\s+/);
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+=*$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, 'base64');
  if (publicKeyType(blob) !== type) return undefined;
  return { type, blob, comment: comment.join(' ') };
}

/** `type base64 comment`, as `authorized_keys` wants it, without a line end. */
export function publicLine({ type, blob, comment }: PublicKey): string {
  return [type, blob.toString('base64'), comment].filter((part) => part !== '').join(' ');
}

/** What a server's key blob says of itself. */
export function hostKeyOf(blob: Buffer): HostKey {
  return { algorithm: publicKeyType(blob) ?? 'unknown', fingerprint: fingerprint(blob) };
}

/** The type that a public key in wire form begins with; undefined when it is malformed. */
export function publicKeyType(blob: Buffer): string | undefined {
  return readWireString(blob, 0)?.value.toString('latin1');
}

/** Whether a private key's public half is the key of an `authorized_keys` line; comments do not count. */
export function publicKeyMatches(privateKey: { readonly publicBlob: Buffer }, line: string): boolean {
  return parsePublicLine(line)?.blob.equals(privateKey.publicBlob) ?? false;
}
