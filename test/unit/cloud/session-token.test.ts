import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCloudError } from '../../../src/cloud/errors';
import type { SessionTokenProfile } from '../../../src/cloud/profiles';
import { createSessionToken } from '../../../src/cloud/session-token';
import { silentLogger } from '../../../src/ports/logger';

const minute = 60_000;

/** A token as OCI gives them: three parts, the middle one saying when it ends. */
const token = (name: string, endsAt: number) =>
  ['eyJh', Buffer.from(JSON.stringify({ sub: name, exp: endsAt / 1000 })).toString('base64url'), 'sig'].join(
    '.',
  );

describe('session tokens', () => {
  let folder: string;
  let profile: SessionTokenProfile;
  let now: number;
  const clock = { now: () => now, sleep: () => Promise.resolve() };

  beforeEach(async () => {
    now = 0;
    folder = await mkdtemp(join(tmpdir(), 'oci-token-'));
    profile = {
      kind: 'sessionToken',
      name: 'LAB',
      configFile: '',
      tenancyId: '',
      region: '',
      keyFile: '',
      tokenFile: join(folder, 'token'),
      warnings: [],
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  const sessionThat = (refresh: (current: string) => Promise<string>) =>
    createSessionToken({ profile, refresh, clock, logger: silentLogger });
  const neverRefreshed = () => assert.fail('no refresh is due');

  it('are read again each time, without the newline at the end', async () => {
    const session = sessionThat(neverRefreshed);
    await writeFile(profile.tokenFile, `${token('first', 60 * minute)}\n`);
    assert.equal(await session.current(), token('first', 60 * minute));
    await writeFile(profile.tokenFile, `${token('second', 60 * minute)}\r\n`);
    assert.equal(await session.current(), token('second', 60 * minute));
  });

  it('are refreshed once when less than ten minutes are left', async () => {
    let refreshes = 0;
    const session = sessionThat(() => {
      refreshes++;
      return Promise.resolve(token('new', 60 * minute));
    });
    await writeFile(profile.tokenFile, token('short', 9 * minute));
    const both = await Promise.all([session.current(), session.current()]);
    assert.deepEqual(both, [token('new', 60 * minute), token('new', 60 * minute)]);
    assert.equal(await session.current(), token('new', 60 * minute));
    assert.equal(refreshes, 1);
  });

  it('go on being used when a refresh fails, and the refresh is not tried at every call', async () => {
    let refreshes = 0;
    const session = sessionThat(() => {
      refreshes++;
      return Promise.reject(new Error('503'));
    });
    await writeFile(profile.tokenFile, token('short', 9 * minute));
    assert.equal(await session.current(), token('short', 9 * minute));
    assert.equal(await session.current(), token('short', 9 * minute));
    assert.equal(refreshes, 1);
  });

  it('that have expired say how to sign in again', async () => {
    await writeFile(profile.tokenFile, token('old', -minute));
    await assert.rejects(sessionThat(neverRefreshed).current(), (error) => {
      assert.ok(isCloudError(error, 'notAuthenticated'));
      assert.equal(error.nextAction, 'Run: oci session authenticate --profile-name LAB');
      return true;
    });
  });

  it('that are missing or torn are an error that does not quote them', async () => {
    await assert.rejects(sessionThat(neverRefreshed).current(), /has no session token at/);
    await writeFile(profile.tokenFile, 'eyJsecret half\nof it');
    await assert.rejects(
      sessionThat(neverRefreshed).current(),
      (error: Error) => !/eyJsecret/.test(`${error.message}${error.stack}`),
    );
  });
});
