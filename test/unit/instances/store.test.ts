import assert from 'node:assert/strict';
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import type { RecordStore } from '../../../src/instances/store';
import { RecordExists, RecordGone } from '../../../src/instances/record-errors';
import { openRecordStore } from '../../../src/instances/store';
import { silentLogger } from '../../../src/ports/logger';
import { deferred } from '../journey/deferred';
import { aRecord } from './a-record';

describe('the record store', () => {
  let folder: string;
  const open: RecordStore[] = [];
  const openStore = (): RecordStore => {
    const store = openRecordStore({ folder, logger: silentLogger });
    open.push(store);
    return store;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'records-'));
  });
  afterEach(() => {
    mock.timers.reset();
    syncBuiltinESMExports();
    for (const store of open.splice(0)) store.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives back what was written, after a restart too', async () => {
    await openStore().create(aRecord());
    assert.deepEqual(openStore().records, [aRecord()]);
  });

  it('hears of other windows again when the folder was deleted while the editor runs', async () => {
    const [first, second] = [openStore(), openStore()];
    await first.create(aRecord());
    await changeOf(second, () => second.records.length === 1);
    rmSync(folder, { recursive: true });
    await changeOf(second, () => second.records.length === 0);
    await first.create(aRecord({ name: 'found again' }));
    await changeOf(second, () => second.records[0]?.name === 'found again');
  });

  it('counts revisions, and a change is made on the newest one even when two windows write at once', async () => {
    const [first, second] = [openStore(), openStore()];
    await first.create(aRecord({ name: '' }));
    const append = (letter: string) => (store: RecordStore) =>
      store.update(aRecord().id, (current) => ({ ...current, name: current.name + letter }));
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((letter, index) => append(letter)(index % 2 === 0 ? first : second)),
    );
    const [record] = openStore().records;
    assert.ok(record);
    assert.equal(record.revision, 5);
    assert.deepEqual(record.name.split('').sort(), ['a', 'b', 'c', 'd']);
  });

  it('adds up how long an instance was stopped, whoever starts it again', async () => {
    const store = openStore();
    await store.create(aRecord({ phase: { kind: 'stopped', since: 1_000 } }));
    const { origin } = await store.update(aRecord().id, (current) => ({
      ...current,
      phase: { kind: 'booting', step: 'Started elsewhere', since: 5_000 },
    }));
    assert.equal(origin.kind === 'oci' ? origin.stoppedMs : undefined, 4_000);
  });

  it('tells a window what another one wrote', async () => {
    const [mine, theirs] = [openStore(), openStore()];
    await mine.create(aRecord());
    const heard = new Promise<void>((resolve) => {
      mine.onDidChange(() => {
        if (mine.get(aRecord().id)?.name === 'theirs') resolve();
      });
    });
    await theirs.update(aRecord().id, (current) => ({ ...current, name: 'theirs' }));
    await heard;
  });

  it('refuses a change to a record that is gone', async () => {
    const store = openStore();
    await store.create(aRecord());
    await openStore().remove(aRecord().id);
    await assert.rejects(
      store.update(aRecord().id, (current) => ({ ...current, name: 'x' })),
      RecordGone,
    );
  });

  it('does not write a new record over one that is there, when two windows make it at once', async () => {
    const [first, second] = [openStore(), openStore()];
    const outcomes = await Promise.allSettled([
      first.create(aRecord({ name: 'first' })),
      second.create(aRecord({ name: 'second' })),
    ]);
    const refused = outcomes.flatMap((outcome): unknown[] =>
      outcome.status === 'rejected' ? [outcome.reason] : [],
    );
    assert.equal(refused.length, 1);
    assert.ok(refused[0] instanceof RecordExists);
    const [made] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    assert.deepEqual(openStore().records, [made]);
  });

  it('keeps a record while its file is held by others, and reads it when they let go', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const [mine, theirs] = [openStore(), openStore()];
    await mine.create(aRecord());
    const seen: (string | undefined)[] = [];
    mine.onDidChange(() => seen.push(mine.get(aRecord().id)?.name));
    const held = holdReading(join(folder, `${aRecord().id}.json`));
    await theirs.update(aRecord().id, (current) => ({ ...current, name: 'theirs' }));
    await held.tried;
    assert.equal(mine.get(aRecord().id)?.name, 'lab-1');
    held.letGo();
    mock.timers.tick(200);
    assert.deepEqual(seen, ['theirs']);
  });

  it('does not bring a record back that is removed while another window changes it', async () => {
    const [first, second] = [openStore(), openStore()];
    await first.create(aRecord());
    await changeOf(second, () => second.records.length === 1);
    const removed: Promise<void>[] = [];
    await second.update(aRecord().id, (current) => {
      removed.push(first.remove(current.id));
      return { ...current, name: 'changed' };
    });
    await Promise.all(removed);
    assert.deepEqual(openStore().records, []);
  });

  it('writes on when the computer slept so long that its lock was taken over', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const store = openStore();
    await store.create(aRecord());
    await store.update(aRecord().id, (current) => {
      rmSync(join(folder, `${current.id}.json.lock`), { recursive: true });
      mock.timers.tick(5_000);
      return { ...current, name: 'after the sleep' };
    });
    assert.equal(openStore().records[0]?.name, 'after the sleep');
  });

  it('leaves a file that is no record where it is, and goes on with the others', async () => {
    writeFileSync(join(folder, 'half.json'), '{"version": 1, "rev');
    await openStore().create(aRecord());
    assert.equal(openStore().records.length, 1);
    assert.equal(readFileSync(join(folder, 'half.json'), 'utf8'), '{"version": 1, "rev');
  });

  it('writes files that only their owner can read, and leaves no temporary ones', async () => {
    await openStore().create(aRecord());
    assert.deepEqual(readdirSync(folder), [`${aRecord().id}.json`]);
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(folder, `${aRecord().id}.json`)).mode & 0o777, 0o600);
    }
  });

  it('lives on when its folder is deleted under it', async () => {
    const store = openStore();
    await store.create(aRecord());
    rmSync(folder, { recursive: true });
    await store.create(aRecord({ id: 'another' }));
    assert.equal(openStore().records[0]?.id, 'another');
  });
});

/** Refuses to read the file, as Windows does while another process holds it. */
function holdReading(path: string): { readonly tried: Promise<void>; letGo(): void } {
  const read = fs.readFileSync;
  const tried = deferred();
  const held = mock.method(fs, 'readFileSync', ((...asked: Parameters<typeof read>) => {
    if (asked[0] !== path) return read(...asked);
    tried.resolve();
    throw Object.assign(new Error('EBUSY: resource busy or locked'), { code: 'EBUSY' });
  }) as typeof read);
  syncBuiltinESMExports();
  return {
    tried: tried.promise,
    letGo: () => {
      held.mock.restore();
      syncBuiltinESMExports();
    },
  };
}

/** Resolves when `is` holds, looked at after each change. */
async function changeOf(store: RecordStore, is: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!is()) return;
      listening.dispose();
      resolve();
    };
    const listening = store.onDidChange(look);
    look();
  });
}
