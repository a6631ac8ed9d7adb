import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAccessWatch, type AccessWatch } from '../../../../src/editor/access/access-watch';
import type { AccessCheck } from '../../../../src/editor/access/cloud-access';
import { checkAccess } from '../../../../src/editor/access/cloud-questions';
import { watchForFile } from '../../../../src/editor/access/watch-for-file';
import { createClouds } from '../../../../src/journey/clouds';
import type { Unread } from '../../../../src/journey/lab';
import type { Disposable } from '../../../../src/ports/disposable';
import { silentLogger } from '../../../../src/ports/logger';
import { createFakeClock } from '../../journey/fake-clock';
import { createMemorySecrets } from '../../journey/memory-secrets';

const usable = [
  ...['[DEFAULT]', 'tenancy=ocid1.tenancy.oc1..t', 'region=eu-frankfurt-1', 'user=ocid1.user.oc1..u'],
  ...['fingerprint=aa:bb', 'key_file=/k'],
];

describe('OCI access that is missing', () => {
  let home: string;
  let config: string;
  let watch: AccessWatch;
  let looks: number;
  /** What the cloud does not let be read. */
  let unread: readonly Unread[];
  /** What each pause waits for, and how long the pauses were in milliseconds. */
  let pause: Promise<void>;
  let pauses: number[];
  /** Called after each look. */
  let onLook: (check: AccessCheck) => void;

  const look = async (): Promise<void> => {
    looks += 1;
    const check = await watch.check();
    watch.looked(check, unread);
    onLook(check);
  };
  /** Resolves with the look that finds access like that. */
  const lookThatFinds = (kind: AccessCheck['kind']) =>
    new Promise<void>((resolve) => {
      onLook = (check) => {
        if (check.kind === kind) resolve();
      };
    });
  const write = async (...lines: readonly string[]): Promise<void> => {
    await mkdir(dirname(config), { recursive: true });
    await writeFile(config, lines.join('\n'));
  };
  /** Writes one more file; everything that watches the folder has been told of it, and of what was written before. */
  const allTold = async (folder: string): Promise<void> => {
    const path = join(folder, 'another-file');
    const others: Disposable[] = [];
    const told = new Promise<void>((resolve) => others.push(watchForFile(path, silentLogger, resolve)));
    await writeFile(path, '');
    await told;
    for (const other of others) other.dispose();
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'home-'));
    config = join(home, '.oci', 'config');
    looks = 0;
    unread = [];
    onLook = () => undefined;
    pause = Promise.resolve();
    pauses = [];
    const clock = createFakeClock();
    const clouds = createClouds({
      settings: () => ({ configFile: config, profile: undefined, region: undefined, endpoint: undefined }),
      secrets: createMemorySecrets(),
      questions: { passphrase: () => Promise.resolve(undefined) },
      logger: silentLogger,
      clock,
    });
    watch = createAccessWatch({
      checkAccess: () => checkAccess(clouds),
      look,
      logger: silentLogger,
      clock: {
        ...clock,
        sleep: async (ms, signal) => {
          pauses.push(ms);
          await clock.sleep(ms, signal);
          await pause;
        },
      },
    });
  });
  afterEach(async () => {
    watch.dispose();
    await rm(home, { recursive: true });
  });

  it('is noticed when its config file is written, whose folder was not there either', async () => {
    await look();
    const found = lookThatFinds('fine');
    await write(...usable);
    await found;
  });

  it('is noticed when a profile that cannot be used is corrected', async () => {
    await write('[DEFAULT]', 'region=eu-frankfurt-1');
    const faulty = lookThatFinds('problem');
    await look();
    await faulty;
    const found = lookThatFinds('fine');
    await write(...usable);
    await found;
  });

  it('is noticed in a folder that was deleted and made anew', async () => {
    await write('[DEFAULT]');
    await look();
    const gone = lookThatFinds('noConfig');
    await rm(config);
    await gone;
    await rm(dirname(config), { recursive: true });
    await allTold(home);
    const found = lookThatFinds('fine');
    await write(...usable);
    await found;
  });

  it('is noticed when the file was written between the look and the beginning of the watch', async () => {
    const check = await watch.check();
    await write(...usable);
    const found = lookThatFinds('fine');
    watch.looked(check, []);
    await found;
  });

  it('is waited for while a session has ended, which the config file tells when there is a new one', async () => {
    await write(...usable);
    unread = [{ profile: 'DEFAULT', why: 'signedOut' }];
    await look();
    const found = lookThatFinds('fine');
    await write(...usable, 'security_token_file=/t');
    await found;
  });

  for (const [why, name] of [
    ['signedOut', 'token'],
    ['unusable', 'key.pem'],
  ] as const) {
    it(`is noticed when the ${name} of a profile that is ${why} is written, far from the config file`, async () => {
      const at = join(home, '.oci', 'sessions', 'DEFAULT');
      const session = [`security_token_file=${join(at, 'token')}`, `key_file=${join(at, 'key.pem')}`];
      await write(...usable, ...session);
      unread = [{ profile: 'DEFAULT', why }];
      await look();
      const found = lookThatFinds('fine');
      await mkdir(at, { recursive: true });
      await writeFile(join(at, name), 'anew');
      await found;
    });
  }

  it('leads to no look for what else is read and written in the folder of its config file', async () => {
    await write(...usable);
    unread = [{ profile: 'DEFAULT', why: 'signedOut' }];
    await look();
    await writeFile(join(dirname(config), '.config.swp'), 'swap');
    await readFile(config);
    await allTold(dirname(config));
    await allTold(dirname(config));
    assert.equal(looks, 1);
    const changed = lookThatFinds('problem');
    await write('[DEFAULT]');
    await changed;
    assert.equal(looks, 2, 'for the config file alone');
  });

  it('is looked for once its file has come to rest, in how many steps it ever was written', async () => {
    let goOn = (): void => undefined;
    pause = new Promise<void>((resolve) => (goOn = resolve));
    await look();
    await write('[DEFAULT]');
    await write(...usable);
    await allTold(dirname(config));
    const next = new Promise<AccessCheck>((resolve) => (onLook = resolve));
    goOn();
    assert.equal((await next).kind, 'fine');
    assert.equal(looks, 2);
    assert.deepEqual(pauses, [1_000]);
  });

  it('is no longer watched for once it is there', async () => {
    await look();
    const found = lookThatFinds('fine');
    await write(...usable);
    await found;
    await allTold(dirname(config));
    const before = looks;
    await write(...usable, '# another line');
    await allTold(dirname(config));
    assert.equal(looks, before);
  });

  it('leads to no look for other files that come and go in the home folder', async () => {
    await look();
    await allTold(home);
    assert.equal(looks, 1);
  });

  it('is not watched for any more when the window closes while it is looked for', async () => {
    const check = await watch.check();
    watch.dispose();
    watch.looked(check, []);
    await mkdir(dirname(config));
    await allTold(dirname(config));
    assert.equal(looks, 0);
  });
});
