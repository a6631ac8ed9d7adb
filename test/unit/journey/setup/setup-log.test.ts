import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openSetupLog } from '../../../../src/journey/setup/setup-log';
import { silentLogger } from '../../../../src/ports/logger';
import { followSetup, type SetupEvent } from '../../../../src/setup/follow';
import type { SshConnection } from '../../../../src/ssh/types';
import { createFakeClock } from '../fake-clock';

/** What a follower hears of a set-up whose log comes in these pieces. */
function followed(pieces: readonly Buffer[]): AsyncIterable<SetupEvent> {
  const frames = pieces.flatMap((piece) => [Buffer.from(`log ${piece.length}\n`), piece]);
  const done = Promise.resolve({ code: 0, stdout: '', stderr: '' });
  const output = Object.assign(Readable.from([...frames, Buffer.from('stopped\n')]), { done });
  const connection = { stream: async () => output } as unknown as SshConnection;
  const deps = { connection, setupFolder: '/setup', logger: silentLogger, clock: createFakeClock() };
  return followSetup(deps, 0, new AbortController().signal);
}

describe('the local copy of the set-up log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'setup-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds each piece once and in its place, also when the log is followed again from its beginning', async () => {
    const path = join(folder, 'logs', 'one.log');
    const log = openSetupLog(path);
    const [first, second] = [Buffer.from('==> [1/9] Größe\n'), Buffer.from('done\n')];
    await log.write(first, first.length);
    await log.write(second, first.length + second.length);
    await log.write(first, first.length);
    assert.equal(readFileSync(path, 'utf8'), '==> [1/9] Größe\ndone\n');
  });

  it('is the log of the instance byte by byte, also where a piece ends within a character, or is no text', async () => {
    const path = join(folder, 'one.log');
    const log = openSetupLog(path);
    const whole = Buffer.concat([Buffer.from('Größe 5 €\n'), Buffer.from([0xff, 0x0a])]);
    for await (const event of followed([...whole].map((byte) => Buffer.from([byte])))) {
      if (event.kind === 'log') await log.write(event.bytes, event.offset);
    }
    assert.deepEqual(readFileSync(path), whole);
    const shown: string[] = [];
    for await (const text of log.follow(AbortSignal.abort())) shown.push(text);
    assert.equal(shown.join(''), 'Größe 5 €\n\ufffd\n');
  });

  it('is shown whole to whoever opens it later', async () => {
    const log = openSetupLog(join(folder, 'one.log'));
    await log.write(Buffer.from('all of it\n'), 10);
    const shown: string[] = [];
    for await (const text of log.follow(AbortSignal.abort())) shown.push(text);
    assert.equal(shown.join(''), 'all of it\n');
  });
});
