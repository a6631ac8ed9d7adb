import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isCloudError, type Credentials } from '../../src/cloud';
import { connect, credentials } from './connect';
import { startLocalService, type LocalService } from './local-service';

const token = (name: string, minutesLeft: number) =>
  `eyJ.${Buffer.from(JSON.stringify({ sub: name, exp: Date.now() / 1000 + minutesLeft * 60 })).toString('base64url')}.s`;

describe('a session profile', () => {
  let folder: string;
  let service: LocalService;
  let session: Credentials;
  beforeEach(async function () {
    this.timeout(20_000);
    folder = await mkdtemp(join(tmpdir(), 'oci-session-'));
    service = await startLocalService(() => ({ body: [] }));
    const { name, configFile, tenancyId, region, keyFile, warnings } = credentials.profile;
    const tokenFile = join(folder, 'token');
    session = {
      ...credentials,
      profile: { kind: 'sessionToken', name, configFile, tenancyId, region, keyFile, warnings, tokenFile },
    };
  });
  afterEach(async () => {
    await service.close();
    await rm(folder, { recursive: true });
  });

  const tokenFile = () => join(folder, 'token');
  const usedTokens = () =>
    service.requests.map(({ headers }) => /keyId="ST\$([^"]+)"/.exec(String(headers.authorization))?.[1]);

  it('signs with the token in the file, as the file is at each call', async () => {
    const [first, second] = [token('first', 60), token('second', 60)];
    const cloud = await connect(service.endpoint, { credentials: session });
    await writeFile(tokenFile(), `${first}\n`);
    await cloud.regions();
    await writeFile(tokenFile(), `${second}\n`);
    await cloud.regions();
    assert.deepEqual(usedTokens(), [first, second]);
  });

  it('refreshes a token that is about to end, and leaves the person’s file alone', async () => {
    const [short, long] = [token('short', 5), token('long', 60)];
    await writeFile(tokenFile(), short);
    service.answer = ({ target }) =>
      target.endsWith('/v1/authentication/refresh') ? { body: { token: long } } : { body: [] };
    const cloud = await connect(service.endpoint, { credentials: session });
    await cloud.regions();
    assert.deepEqual(usedTokens(), [short, long]);
    assert.equal(await readFile(tokenFile(), 'utf8'), short);
  });

  it('whose token is refused says how to sign in again, without the token', async () => {
    const current = token('current', 60);
    await writeFile(tokenFile(), current);
    service.answer = () => ({
      status: 401,
      body: { code: 'NotAuthenticated', message: `Bad token ${current}` },
    });
    const cloud = await connect(service.endpoint, { credentials: session });
    await assert.rejects(cloud.regions(), (error) => {
      assert.ok(isCloudError(error, 'notAuthenticated'));
      assert.equal(error.nextAction, 'Run: oci session authenticate --profile-name DEFAULT');
      assert.equal(`${error.message} ${error.logLine}`.includes(current), false);
      return true;
    });
    assert.equal(service.requests.length, 1);
  });
});
