import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { Disposable, Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import { until } from '../waiting/until';
import { withStopCounted } from './cost';
import { move } from './life';
import type { InstanceRecord } from './record';
import { instanceRecordSchema } from './record';
import { watchFolder } from './watch-folder';

/** Keeps the records, one JSON file each, for all windows that share the storage folder. */
export interface RecordStore extends Disposable {
  /** All records as last read or written, oldest first. */
  readonly records: readonly InstanceRecord[];
  /** Fires when a record was written, here or by another window. */
  readonly onDidChange: Event<void>;
  get(id: string): InstanceRecord | undefined;
  /** @throws RecordExists when there is one of this id, perhaps another window's: it may be all that knows its instance */
  create(record: Omit<InstanceRecord, 'revision' | 'version'>): Promise<InstanceRecord>;
  /**
   * Reads the newest revision, applies `change`, and writes the result; in between no other window can write.
   * @returns the record as written
   * @throws RecordGone when it was removed meanwhile; ImpossibleMove when the phase may not follow
   */
  update(id: string, change: (current: InstanceRecord) => InstanceRecord): Promise<InstanceRecord>;
  remove(id: string): Promise<void>;
}

/** The record was removed, perhaps by another window. */
export class RecordGone extends Error {
  override readonly name = 'RecordGone';
  constructor(id: string) {
    super(`There is no record ${id} any more.`);
  }
}

/** A record of this id is there already, perhaps written by another window. */
export class RecordExists extends Error {
  override readonly name = 'RecordExists';
  constructor(id: string) {
    super(`There is a record ${id} already.`);
  }
}

const extension = '.json';
/** How soon a file is read again that was held by others (milliseconds). */
const rereadMs = 200;

/**
 * Opens the store and reads every record at once: few small files, read synchronously, because notebook
 * controllers must exist as soon as a notebook opens.
 * A file that cannot be read as a record is left where it is and logged: it may be a newer version's.
 */
export function openRecordStore({ folder, logger }: { folder: string; logger: Logger }): RecordStore {
  mkdirSync(folder, { recursive: true });
  const changed = new EventSource<void>();
  let records = new Map(readAll(folder, logger).map((record) => [record.id, record]));
  const pathOf = (id: string): string => join(folder, `${id}${extension}`);
  const get = (id: string): InstanceRecord | undefined => records.get(id);

  const reread = (): void => {
    const now = new Map(readAll(folder, logger, { get, busy }).map((record) => [record.id, record]));
    if (sameRevisions(records, now)) return;
    records = now;
    changed.fire();
  };
  // Whatever holds the file, nothing may tell when it lets go.
  const busy = (): void => {
    setTimeout(reread, rereadMs).unref();
  };
  const watcher = watchFolder(folder, logger, (name) => {
    if (name === null || name.endsWith(extension)) reread();
  });

  const remember = (record: InstanceRecord): InstanceRecord => {
    records.set(record.id, record);
    changed.fire();
    return record;
  };

  return {
    get records() {
      return [...records.values()].sort((a, b) => a.createdAt - b.createdAt);
    },
    onDidChange: changed.event,
    get,
    create: async (fields) => {
      const record: InstanceRecord = { version: 1, revision: 1, ...fields };
      const path = pathOf(record.id);
      await mkdir(folder, { recursive: true });
      return await withLock(path, async () => {
        if ((await readOne(path)) !== undefined) throw new RecordExists(record.id);
        await write(path, record);
        return remember(record);
      });
    },
    update: async (id, change) =>
      await withLock(pathOf(id), async () => {
        const current = await readOne(pathOf(id));
        if (current === undefined) throw new RecordGone(id);
        const next = change(current);
        if (next === current) return current;
        const checked = {
          ...withStopCounted(current, next),
          phase: move(current.phase, next.phase),
          revision: current.revision + 1,
        };
        await write(pathOf(id), checked);
        return remember(checked);
      }),
    remove: async (id) => {
      // In turn with the writers: an update that has read the record would bring it back.
      await withLock(pathOf(id), () => rm(pathOf(id), { force: true })).catch(unlessGone);
      records.delete(id);
      changed.fire();
    },
    dispose: () => watcher.dispose(),
  };
}

/** What was read before, for files that cannot be read now. */
interface ReadBefore {
  get(id: string): InstanceRecord | undefined;
  /** Called for a file that is held by others for a moment. */
  busy(): void;
}

/**
 * @param before a record that it knows stays while its file cannot be read: another window may be replacing it, or a
 * virus scanner hold it, and what hangs on the record must not fall with it
 */
function readAll(folder: string, logger: Logger, before?: ReadBefore): InstanceRecord[] {
  const found: InstanceRecord[] = [];
  for (const name of namesIn(folder)) {
    if (!name.endsWith(extension)) continue;
    const path = join(folder, name);
    try {
      found.push(parse(readFileSync(path, 'utf8')));
    } catch (error) {
      if (isMissing(error)) continue;
      if (isBusy(error)) before?.busy();
      const known = before?.get(basename(name, extension));
      if (known) found.push(known);
      const outcome = known ? 'stays as it was' : 'is left out';
      logger.error(`The record ${name} cannot be read and ${outcome}.`, error);
    }
  }
  return found;
}

/** The folder may be deleted while the editor runs: then there are no records, and the cloud still knows. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readOne(path: string): Promise<InstanceRecord | undefined> {
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parse(text: string): InstanceRecord {
  const json: unknown = JSON.parse(text);
  return v.parse(instanceRecordSchema, json);
}

async function write(path: string, record: InstanceRecord): Promise<void> {
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
async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const { lock } = await import('./lock-file');
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

function unlessGone(error: unknown): void {
  if (!(error instanceof RecordGone)) throw error;
}

function sameRevisions(
  a: ReadonlyMap<string, InstanceRecord>,
  b: ReadonlyMap<string, InstanceRecord>,
): boolean {
  return a.size === b.size && [...a].every(([id, record]) => b.get(id)?.revision === record.revision);
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT';
const isLocked = (error: unknown): boolean => errorCode(error) === 'ELOCKED';
const isBusy = (error: unknown): boolean => ['EPERM', 'EBUSY', 'EACCES'].includes(String(errorCode(error)));
