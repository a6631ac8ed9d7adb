import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Disposable, Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import { withStopCounted } from './cost';
import { move } from './life';
import type { InstanceRecord, NewRecord } from './record';
import { parseRecord } from './record';
import { isBusy, isMissing, RecordExists, RecordGone } from './record-errors';
import { watchFolder } from './watch-folder';

/** Keeps the records, one JSON file each, for all windows that share the storage folder. */
export interface RecordStore extends Disposable {
  /** All records as last read or written, oldest first. */
  readonly records: readonly InstanceRecord[];
  /** Fires when a record was written, here or by another window. */
  readonly onDidChange: Event<void>;
  get(id: string): InstanceRecord | undefined;
  /** @throws RecordExists when there is one of this id, perhaps another window's: it may be all that knows its instance */
  create(record: NewRecord): Promise<InstanceRecord>;
  /**
   * Reads the newest revision, applies `change`, and writes the result; in between no other window can write.
   * @returns the record as written
   * @throws RecordGone when it was removed meanwhile; ImpossibleMove when the phase may not follow
   */
  update(id: string, change: (current: InstanceRecord) => InstanceRecord): Promise<InstanceRecord>;
  remove(id: string): Promise<void>;
}

const extension = '.json';
/** How soon a file is read again that others hold, at first and in the end (milliseconds). */
const firstRereadMs = 200;
const lastRereadMs = 60_000;

/**
 * Opens the store and reads every record at once: few small files, read synchronously, because notebook
 * controllers must exist as soon as a notebook opens.
 * A file that cannot be read as a record is left where it is and logged: it may be a newer version's.
 */
export function openRecordStore({ folder, logger }: { folder: string; logger: Logger }): RecordStore {
  mkdirSync(folder, { recursive: true });
  const changed = new EventSource<void>();
  let records = new Map<string, InstanceRecord>();
  const pathOf = (id: string): string => join(folder, `${id}${extension}`);
  const get = (id: string): InstanceRecord | undefined => records.get(id);

  /** How often in a row a file was found that others hold. */
  let heldLooks = 0;
  let again: NodeJS.Timeout | undefined;
  const read = (): Map<string, InstanceRecord> => {
    const before = heldLooks;
    const now = new Map(readAll(folder, logger, { get, held }).map((record) => [record.id, record]));
    if (heldLooks === before) heldLooks = 0;
    return now;
  };
  const reread = (): void => {
    const now = read();
    if (sameRevisions(records, now)) return;
    records = now;
    changed.fire();
  };
  // Nothing may tell when it is let go.
  const held = (): void => {
    clearTimeout(again);
    again = setTimeout(reread, Math.min(firstRereadMs * 2 ** heldLooks, lastRereadMs)).unref();
    heldLooks += 1;
  };
  records = read();
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
      const { readRecord, withLock, writeRecord } = await files();
      return await withLock(path, async () => {
        if ((await readRecord(path)) !== undefined) throw new RecordExists(record.id);
        await writeRecord(path, record);
        return remember(record);
      });
    },
    update: async (id, change) => {
      const path = pathOf(id);
      const { readRecord, withLock, writeRecord } = await files();
      return await withLock(path, async () => {
        const current = await readRecord(path);
        if (current === undefined) throw new RecordGone(id);
        const next = change(current);
        if (next === current) return current;
        const checked = {
          ...withStopCounted(current, next),
          phase: move(current.phase, next.phase),
          revision: current.revision + 1,
        };
        await writeRecord(path, checked);
        return remember(checked);
      });
    },
    remove: async (id) => {
      const { withLock } = await files();
      // In turn with the writers: an update that has read the record would bring it back.
      await withLock(pathOf(id), () => rm(pathOf(id), { force: true })).catch(unlessGone);
      records.delete(id);
      changed.fire();
    },
    dispose: () => {
      clearTimeout(again);
      watcher.dispose();
    },
  };
}

/** On activation records are only read; what writes them is loaded with the first change. */
const files = () => import('./record-file');

/** What was read before, for files that cannot be read now. */
interface ReadBefore {
  get(id: string): InstanceRecord | undefined;
  /** Called for a file that others hold, as a rule for a moment. */
  held(): void;
}

/**
 * @param before a record that it knows stays while its file cannot be read: another window may be replacing it, or a
 * virus scanner hold it, and what hangs on the record must not fall with it
 */
function readAll(folder: string, logger: Logger, before: ReadBefore): InstanceRecord[] {
  const found: InstanceRecord[] = [];
  for (const name of namesIn(folder)) {
    if (!name.endsWith(extension)) continue;
    const path = join(folder, name);
    try {
      found.push(parseRecord(readFileSync(path, 'utf8')));
    } catch (error) {
      if (isMissing(error)) continue;
      if (isBusy(error)) before.held();
      const known = before.get(basename(name, extension));
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

function unlessGone(error: unknown): void {
  if (!(error instanceof RecordGone)) throw error;
}

function sameRevisions(
  a: ReadonlyMap<string, InstanceRecord>,
  b: ReadonlyMap<string, InstanceRecord>,
): boolean {
  return a.size === b.size && [...a].every(([id, record]) => b.get(id)?.revision === record.revision);
}
