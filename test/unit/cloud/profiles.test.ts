import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFilePath, expandHome, parseConfigFile } from '../../../src/cloud/config-file';
import { describeProblem, signInCommand } from '../../../src/cloud/profile-problem';
import { readProfile, readProfiles } from '../../../src/cloud/profiles';

const complete = [
  'user=ocid1.user.oc1..aaaaaaaauser',
  'fingerprint=20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34',
  'tenancy=ocid1.tenancy.oc1..aaaaaaaatenancy',
  'region=eu-frankfurt-1',
  'key_file=~/.oci/key.pem',
].join('\n');

describe('OCI config files', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-config-'));
  });
  after(() => rm(folder, { recursive: true }));

  const write = async (text: string) => {
    const path = join(folder, 'config');
    await writeFile(path, text);
    return path;
  };
  const surroundings = (env: Record<string, string> = {}) => ({ env, home: '/home/person' });
  const read = async (text: string, profile = 'DEFAULT') =>
    readProfile(profile, await write(text), surroundings());

  it('give an API-key profile, with the key file under the home folder', async () => {
    const entry = await read(`[DEFAULT]\n${complete}`);
    assert.ok(entry.kind === 'usable' && entry.profile.kind === 'apiKey');
    assert.equal(entry.profile.keyFile, join('/home/person', '.oci/key.pem'));
    assert.deepEqual(entry.profile.warnings, []);
  });

  it('may hold comments with ; and #, but a passphrase may hold both', async () => {
    const entry = await read(`; made by hand\n[DEFAULT]\n# mine\n${complete}\npass_phrase = a;b#c=d\n`);
    assert.ok(entry.kind === 'usable');
    assert.equal(entry.profile.passphrase, 'a;b#c=d');
  });

  it('let every profile inherit from DEFAULT', async () => {
    const entry = await read(`[DEFAULT]\n${complete}\n\n[GPU.LAB]\nregion=us-phoenix-1`, 'GPU.LAB');
    assert.ok(entry.kind === 'usable');
    assert.equal(entry.profile.region, 'us-phoenix-1');
  });

  it('keep Windows paths and line ends as they are', () => {
    const [section] = parseConfigFile('\uFEFF[DEFAULT]\r\nkey_file=C:\\Users\\me\\.oci\\key.pem\r\n');
    assert.equal(section?.fields.get('key_file'), 'C:\\Users\\me\\.oci\\key.pem');
    assert.equal(expandHome('~\\.oci\\key.pem', '/home/person').startsWith('/home/person'), true);
  });

  it('give a session profile where there is a token file', async () => {
    const session = complete.replace(/^user=.*$/m, 'security_token_file=~/.oci/sessions/LAB/token');
    const entry = await read(`[LAB]\n${session}`, 'LAB');
    assert.ok(entry.kind === 'usable' && entry.profile.kind === 'sessionToken');
    assert.equal(entry.profile.tokenFile, join('/home/person', '.oci/sessions/LAB/token'));
  });

  it('do not make a session of an API-key profile because DEFAULT is one', async () => {
    const entry = await read(`[DEFAULT]\nsecurity_token_file=/t\n[KEY]\n${complete}`, 'KEY');
    assert.ok(entry.kind === 'usable');
    assert.equal(entry.profile.kind, 'apiKey');
  });

  it('are found by the settings, then OCI_CONFIG_FILE, then the home folder', () => {
    const env = { OCI_CONFIG_FILE: '~/other' };
    assert.equal(configFilePath('/given', surroundings(env)), '/given');
    assert.equal(configFilePath(undefined, surroundings(env)), join('/home/person', 'other'));
    assert.equal(configFilePath('', surroundings()), join('/home/person', '.oci/config'));
  });

  it('are read with the profile that OCI_CLI_PROFILE names', async () => {
    const path = await write(`[LAB]\n${complete}`);
    const entry = await readProfile(undefined, path, surroundings({ OCI_CLI_PROFILE: 'LAB' }));
    assert.ok(entry.kind === 'usable');
    assert.equal(entry.name, 'LAB');
  });

  it('warn of an odd region without refusing it', async () => {
    const entry = await read(`[DEFAULT]\n${complete.replace('eu-frankfurt-1', 'Frankfurt')}`);
    assert.ok(entry.kind === 'usable');
    assert.match(entry.profile.warnings.join(), /does not look like one/);
  });

  const problems: readonly (readonly [string, string, RegExp])[] = [
    ['a field that is missing', complete.replace(/^fingerprint=.*$/m, ''), /has no "fingerprint"/],
    ['an empty field', complete.replace(/^user=.*$/m, 'user='), /has no "user"/],
    ['an OCID that is none', complete.replace('ocid1.tenancy', 'tenancy'), /"tenancy" .* is not an OCID/],
    [
      'an instance principal',
      `authentication_type=instance_principal\n${complete}`,
      /instance principal, which is not supported/,
    ],
    [
      'a resource principal',
      `authentication_type=resource_principal\n${complete}`,
      /resource principal, which is not/,
    ],
    [
      'a delegation token',
      `delegation_token_file=/etc/oci/delegation_token\n${complete}`,
      /delegation token, which is not/,
    ],
  ];
  for (const [what, fields, message] of problems) {
    it(`say what is wrong: ${what}`, async () => {
      const entry = await read(`[DEFAULT]\n${fields}`);
      assert.ok(entry.kind === 'problem');
      assert.match(describeProblem(entry.problem).message, message);
    });
  }

  it('that do not exist are a problem with a way out', async () => {
    const profiles = await readProfiles(join(folder, 'nowhere'), surroundings());
    assert.ok(profiles.kind === 'problem');
    assert.equal(profiles.problem.kind, 'noConfig');
    assert.match(describeProblem(profiles.problem).nextAction, /oci setup config/);
  });

  it('without the wanted profile name those that are there', async () => {
    const entry = await read(`[ONE]\n${complete}\n[TWO]\n${complete}`, 'THREE');
    assert.ok(entry.kind === 'problem');
    assert.equal(describeProblem(entry.problem).nextAction, 'Choose one of: ONE, TWO.');
  });

  it('lead to the command that signs in again', () => {
    assert.equal(signInCommand('LAB'), 'oci session authenticate --profile-name LAB');
    assert.equal(signInCommand('MY LAB'), 'oci session authenticate --profile-name "MY LAB"');
  });
});
