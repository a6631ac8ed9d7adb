import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLease } from '../../../src/instances/lease';

describe('the lease of an instance', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lease-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one window at a time', async () => {
    const mine = await acquireLease(folder, 'a');
    assert.ok(mine);
    assert.equal(await acquireLease(folder, 'a'), undefined);
    await mine.release();
    const theirs = await acquireLease(folder, 'a');
    assert.ok(theirs, 'free again after release');
    await theirs.release();
  });

  it('is one for each instance', async () => {
    const [a, b] = [await acquireLease(folder, 'a'), await acquireLease(folder, 'b')];
    assert.ok(a && b);
    await Promise.all([a.release(), b.release()]);
  });
});
