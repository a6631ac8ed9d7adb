import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePrivateKey } from './parse-key';
import { fingerprint, parsePublicLine } from './public-key';

/** A private key file that a person might want to log in with. */
export interface CandidateKey {
  readonly path: string;
  readonly usable: 'yes' | 'withPassphrase' | 'no';
  /** Why it cannot be used, as a sentence. */
  readonly reason?: string;
  /** Known when the key is not encrypted or its `.pub` lies beside it. */
  readonly publicHalf?: { readonly type: string; readonly comment: string; readonly fingerprint: string };
}

/** Larger than any key; keeps us from reading archives that somebody keeps in `~/.ssh`. */
const longestKeyBytes = 64 * 1024;

/**
 * Lists the private keys in a folder such as `~/.ssh`, told by their content rather than their name, sorted by path.
 * A folder that is not there has none; files that cannot be read are left out.
 */
export async function listCandidateKeys(folder: string): Promise<readonly CandidateKey[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
      return [];
    throw error;
  });
  const candidates = await Promise.all(
    names.filter((name) => !name.endsWith('.pub')).map((name) => describeCandidate(join(folder, name))),
  );
  return candidates.filter((key) => key !== undefined).sort((a, b) => a.path.localeCompare(b.path));
}

async function describeCandidate(path: string): Promise<CandidateKey | undefined> {
  const text = await readStart(path);
  if (text === undefined || !/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|^PuTTY-User-Key-File-/.test(text))
    return undefined;
  const parsed = parsePrivateKey(text);
  const publicText = parsed.kind === 'ok' ? parsed.publicLine : await readStart(`${path}.pub`);
  const publicKey = publicText === undefined ? undefined : parsePublicLine(publicText);
  const publicHalf = publicKey && {
    type: publicKey.type,
    comment: publicKey.comment,
    fingerprint: fingerprint(publicKey.blob),
  };
  const known = publicHalf ? { path, publicHalf } : { path };
  if (parsed.kind === 'ok') return { ...known, usable: 'yes' };
  if (parsed.kind === 'needsPassphrase') return { ...known, usable: 'withPassphrase' };
  return { ...known, usable: 'no', reason: parsed.message };
}

async function readStart(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      const info = await file.stat();
      // Sockets of connection sharing and agents live here too.
      return info.isFile() && info.size <= longestKeyBytes ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    // A file that this person cannot read is no key they can use.
    return undefined;
  }
}
