import { readFile, rename, writeFile } from 'node:fs/promises';
import { until } from '../waiting/until';
import { lock } from './lock-file';
import { parseRecord, type InstanceRecord } from './record';
import { isBusy, isLocked, isMissing, RecordGone } from './record-errors';

/** @returns undefined when there is none */
export async function readRecord(path: string): Promise<InstanceRecord | undefined> {
  try {
    return parseRecord(await readFile(path, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** In one step: whoever reads meanwhile finds the old record or the new one. */
export async function writeRecord(path: string, record: InstanceRecord): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await renameWithPatience(temporary, path);
}

/** On Windows a virus scanner or another window may hold the file for a moment. */
async function renameWithPatience(from: string, to: string): Promise<void> {
  const tries = 10;
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (attempt === tries || !isBusy(error)) throw error;
      await new Promise((done) => setTimeout(done, 20 * attempt));
    }
  }
}

/**
 * One writer at a time across windows; a lock whose owner died, or whose computer slept, is taken over after 10 s.
 * @throws RecordGone when the folder was deleted, so that nothing can be locked in it
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const tryLock = async (): Promise<(() => Promise<void>) | undefined> => {
    try {
      return await lock(path, { realpath: false, stale: 10_000, onCompromised: () => undefined });
    } catch (error) {
      if (isMissing(error)) throw new RecordGone(path);
      if (isLocked(error)) return undefined;
      throw error;
    }
  };
  const release = await until(tryLock, { what: 'The right to write a record', limitMs: 15_000, everyMs: 20 });
  try {
    return await work();
  } finally {
    // A lock that was taken over is not ours to release any more.
    await release().catch(() => undefined);
  }
}
