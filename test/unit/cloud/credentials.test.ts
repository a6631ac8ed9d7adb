import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCredentials, passphraseSecretKey } from '../../../src/cloud/credentials';
import { openPrivateKey } from '../../../src/cloud/private-key';
import { describeProblem } from '../../../src/cloud/profile-problem';
import type { ApiKeyProfile } from '../../../src/cloud/profiles';
import type { SecretStore } from '../../../src/ports/secrets';
import { anApiKey, pemOf } from './an-api-key';

const plainPem = pemOf(anApiKey());
const encryptedPem = pemOf(anApiKey(), 'open sesame');
const oldEncryptedPem = anApiKey()
  .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'open sesame' })
  .toString();
const opened = openPrivateKey(plainPem, undefined);
assert.ok(opened.kind === 'opened');
const { fingerprint } = opened;

describe('API keys', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-key-'));
  });
  after(() => rm(folder, { recursive: true }));

  const profileWith = async (
    text: string | undefined,
    more: Partial<ApiKeyProfile> = {},
  ): Promise<ApiKeyProfile> => {
    const keyFile = join(folder, text === undefined ? 'missing.pem' : 'key.pem');
    if (text !== undefined) await writeFile(keyFile, text);
    return {
      kind: 'apiKey',
      name: 'LAB',
      configFile: '',
      tenancyId: '',
      region: '',
      userId: '',
      fingerprint,
      keyFile,
      warnings: [],
      ...more,
    };
  };

  /** Answers the passphrase questions in turn, and keeps what was asked and stored. */
  const person = (...answers: (string | undefined)[]) => {
    const kept = new Map<string, string>();
    const asked: boolean[] = [];
    const secrets: SecretStore = {
      get: (key) => Promise.resolve(kept.get(key)),
      store: (key, value) => Promise.resolve(void kept.set(key, value)),
      delete: (key) => Promise.resolve(void kept.delete(key)),
    };
    const askPassphrase = (_: unknown, wrongBefore: boolean) => {
      asked.push(wrongBefore);
      return Promise.resolve(answers[asked.length - 1]);
    };
    return { secrets, askPassphrase, kept, asked };
  };

  it('are opened without a question when they are not encrypted', async () => {
    const me = person();
    const outcome = await openCredentials(await profileWith(`${plainPem}OCI_API_KEY\n`), me);
    assert.equal(outcome.kind, 'opened');
    assert.deepEqual(me.asked, []);
  });

  for (const [what, pem] of [
    ['PKCS8', encryptedPem],
    ['the older PKCS1 form', oldEncryptedPem],
  ] as const) {
    it(`are handed on as unencrypted PKCS8 once the passphrase fits (${what})`, async () => {
      const me = person('open sesame');
      const outcome = await openCredentials(await profileWith(pem), me);
      assert.ok(outcome.kind === 'opened');
      assert.equal(outcome.credentials.privateKeyPem, plainPem);
    });
  }

  it('keep a passphrase that fits as a secret, and are opened with it the next time', async () => {
    const me = person('open sesame');
    const profile = await profileWith(encryptedPem);
    await openCredentials(profile, me);
    assert.equal(me.kept.get(passphraseSecretKey(profile.keyFile)), 'open sesame');
    assert.equal((await openCredentials(profile, me)).kind, 'opened');
    assert.equal(me.asked.length, 1);
  });

  it('ask again after a wrong passphrase, three times in all, and keep none of them', async () => {
    const me = person('a', 'b', 'c', 'open sesame');
    const outcome = await openCredentials(await profileWith(encryptedPem), me);
    assert.ok(outcome.kind === 'problem');
    assert.equal(outcome.problem.kind, 'wrongPassphrase');
    assert.deepEqual(me.asked, [false, true, true]);
    assert.equal(me.kept.size, 0);
  });

  it('forget a kept passphrase that does not fit any more', async () => {
    const me = person(undefined);
    const profile = await profileWith(encryptedPem);
    me.kept.set(passphraseSecretKey(profile.keyFile), 'the old one');
    assert.deepEqual(await openCredentials(profile, me), { kind: 'cancelled' });
    assert.equal(me.kept.size, 0);
  });

  it('use the passphrase that the profile itself holds', async () => {
    const me = person();
    const profile = await profileWith(encryptedPem, { passphrase: 'open sesame' });
    assert.equal((await openCredentials(profile, me)).kind, 'opened');
  });

  const ecPem = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const problems: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['missing', undefined, /does not exist: .*missing\.pem/],
    ['not a key', 'hello', /holds no private key/],
    ['damaged', plainPem.replace(/\n[^\n]{20}/, '\n********************'), /damaged/],
    ['an SSH key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', /SSH key/],
    ['not RSA', ecPem, /of type ec, not RSA/],
  ];
  for (const [what, text, message] of problems) {
    it(`that are unusable say why: ${what}`, async () => {
      const outcome = await openCredentials(await profileWith(text), person());
      assert.ok(outcome.kind === 'problem');
      assert.match(describeProblem(outcome.problem).message, message);
    });
  }

  it('that are not the one whose fingerprint the profile names are refused', async () => {
    const outcome = await openCredentials(await profileWith(plainPem, { fingerprint: 'aa:bb' }), person());
    assert.ok(outcome.kind === 'problem');
    assert.match(describeProblem(outcome.problem).message, new RegExp(fingerprint));
  });
});
