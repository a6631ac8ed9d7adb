import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSetupLog } from '../../../src/journey/setup-log';

describe('the local copy of the set-up log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'setup-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds each piece once and in its place, also when the log is followed again from its beginning', async () => {
    const path = join(folder, 'logs', 'one.log');
    const log = openSetupLog(path);
    await log.write('==> [1/9] Größe\n', Buffer.byteLength('==> [1/9] Größe\n'));
    await log.write('done\n', Buffer.byteLength('==> [1/9] Größe\ndone\n'));
    await log.write('==> [1/9] Größe\n', Buffer.byteLength('==> [1/9] Größe\n'));
    assert.equal(readFileSync(path, 'utf8'), '==> [1/9] Größe\ndone\n');
  });

  it('is shown whole to whoever opens it later', async () => {
    const log = openSetupLog(join(folder, 'one.log'));
    await log.write('all of it\n', 10);
    const shown: string[] = [];
    for await (const text of log.follow(AbortSignal.abort())) shown.push(text);
    assert.equal(shown.join(''), 'all of it\n');
  });
});
