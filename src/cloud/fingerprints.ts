import { createHash } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import type { ConsoleFingerprints, ConsoleHostKey } from './types';

const beginLine = /BEGIN SSH HOST KEY FINGERPRINTS/;
const endLine = /END SSH HOST KEY FINGERPRINTS/;
const keysBegin = /BEGIN SSH HOST KEY KEYS/;
const keysEnd = /END SSH HOST KEY KEYS/;

/** `256 SHA256:… root@host (ED25519)`, whatever stands before it (`ec2: `, a kernel's time, `ci-info:`). */
const fingerprintLine = /(\d{3,5}) (SHA256:[A-Za-z0-9+/]{43}) .*\((ED25519|ECDSA|RSA|DSA)\)/;
/** `ssh-ed25519 AAAA… root@host` */
const keyLine = /(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) (AAAA[A-Za-z0-9+/]+={0,2})(?:\s|$)/;

/**
 * Reads the host keys that cloud-init printed on a console. A console has carriage returns, colours and kernel
 * messages in between, also in the middle of a line: what is not whole is not read. Of several boots the last
 * counts, because a relaunch from the same disk makes new keys. The keys themselves, which cloud-init prints
 * after their fingerprints, fill in what noise has spoilt.
 */
export function parseFingerprints(console: string): ConsoleFingerprints {
  const lines = stripVTControlCharacters(console).split(/[\r\n]+/);
  const begin = lines.findLastIndex((line) => beginLine.test(line));
  if (begin === -1) return { kind: 'incomplete', keys: [] };
  const last = lines.slice(begin + 1);
  const end = last.findIndex((line) => endLine.test(line));
  const keys = new Map<string, ConsoleHostKey>();
  for (const line of end === -1 ? last : last.slice(0, end)) addKey(keys, readFingerprintLine(line));
  for (const line of between(last, keysBegin, keysEnd)) addKey(keys, readKeyLine(line));
  const found = [...keys.values()];
  return { kind: end !== -1 && found.length > 0 ? 'complete' : 'incomplete', keys: found };
}

function addKey(keys: Map<string, ConsoleHostKey>, key: ConsoleHostKey | undefined): void {
  if (key !== undefined) keys.set(key.fingerprint, key);
}

function between(lines: readonly string[], from: RegExp, to: RegExp): readonly string[] {
  const start = lines.findIndex((line) => from.test(line));
  if (start === -1) return [];
  const length = lines.slice(start).findIndex((line) => to.test(line));
  // Without its END a key may be cut short.
  return length === -1 ? [] : lines.slice(start + 1, start + length);
}

function readFingerprintLine(line: string): ConsoleHostKey | undefined {
  const [, bits, fingerprint, type] = fingerprintLine.exec(line) ?? [];
  if (bits === undefined || fingerprint === undefined || type === undefined) return undefined;
  return { algorithm: algorithmName(type, bits), fingerprint };
}

function algorithmName(type: string, bits: string): string {
  switch (type) {
    case 'ED25519':
      return 'ssh-ed25519';
    case 'ECDSA':
      return `ecdsa-sha2-nistp${bits}`;
    case 'RSA':
      return 'ssh-rsa';
    default:
      return 'ssh-dss';
  }
}

function readKeyLine(line: string): ConsoleHostKey | undefined {
  const [, algorithm, base64] = keyLine.exec(line) ?? [];
  if (algorithm === undefined || base64 === undefined) return undefined;
  const blob = Buffer.from(base64, 'base64');
  // The blob begins with its own algorithm's name (RFC 4253, 6.6): a torn line does not pass.
  if (blob.length < 40 || blob.toString('latin1', 4, 4 + algorithm.length) !== algorithm) return undefined;
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { algorithm, fingerprint: `SHA256:${digest}` };
}
