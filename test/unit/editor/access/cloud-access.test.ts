import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError } from '../../../../src/cloud/errors';
import { createCloudAccess } from '../../../../src/editor/access/cloud-access';
import { resolveDraft } from '../../../../src/editor/launch/resolve-draft';
import { errorWords } from '../../../../src/editor/words/error-words';
import { createClouds, NoAccess, type Clouds } from '../../../../src/journey/clouds';
import { silentLogger } from '../../../../src/ports/logger';
import { anApiKey, anotherApiKey, pemOf } from '../../cloud/an-api-key';
import { createFakeClock } from '../../journey/fake-clock';
import { createMemorySecrets } from '../../journey/memory-secrets';
import { exampleCatalog, settings } from '../launch/example-catalog';

const fields = ['tenancy=ocid1.tenancy.oc1..t', 'region=eu-frankfurt-1'];
const keyed = [...fields, 'user=ocid1.user.oc1..u', 'fingerprint=aa:bb'];

describe('OCI access', () => {
  let folder: string;
  let answers: (string | undefined)[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'access-'));
    answers = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  const path = (name: string) => join(folder, name);
  const write = async (name: string, ...lines: readonly string[]) =>
    await writeFile(path(name), lines.join('\n'));
  const clouds = (): Clouds =>
    createClouds({
      settings: () => ({
        configFile: path('config'),
        profile: undefined,
        region: undefined,
        endpoint: undefined,
      }),
      secrets: createMemorySecrets(),
      questions: { passphrase: () => Promise.resolve(answers.shift()) },
      logger: silentLogger,
      clock: createFakeClock(),
    });
  const lockedProfile = async () => {
    await write('key.pem', pemOf(anApiKey(), 'open sesame'));
    await write('config', '[DEFAULT]', ...keyed, `key_file=${path('key.pem')}`);
  };
  const refusal = async (): Promise<NoAccess> => {
    const error: unknown = await clouds()
      .of('DEFAULT', 'eu-frankfurt-1')
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof NoAccess, String(error));
    return error;
  };

  it('without a config file is a friendly start, not a failure', async () => {
    const check = await createCloudAccess(clouds()).checkAccess();
    assert.equal(check.kind, 'noConfig');
    assert.equal(check.configFile, path('config'));
    assert.match(check.message, /no OCI config file .*Run "oci setup config"/);
    assert.equal(await clouds().current(), undefined);
  });

  it('with a key whose passphrase is typed wrong three times says so', async () => {
    await lockedProfile();
    answers = ['a', 'b', 'c', 'open sesame'];
    const { message, problem } = await refusal();
    assert.match(message, /passphrase does not open the key of profile "DEFAULT".*Try again/);
    assert.equal(problem !== 'cancelled' && problem.kind, 'wrongPassphrase');
    assert.equal(answers.length, 1);
  });

  it('with a key whose passphrase is not given says what it is for', async () => {
    await lockedProfile();
    assert.equal((await refusal()).message, 'Profile "DEFAULT" cannot be used without its passphrase.');
  });

  it('is opened anew once the key, or the config file, has been written anew', async () => {
    const session = (tenancy: string) =>
      write(
        'config',
        ...['[DEFAULT]', `tenancy=ocid1.tenancy.oc1..${tenancy}`, 'region=eu-frankfurt-1'],
        ...[`key_file=${path('key.pem')}`, `security_token_file=${path('token')}`],
      );
    await write('key.pem', pemOf(anApiKey()));
    await session('one');
    const { of } = clouds();
    const first = await of('DEFAULT', 'eu-frankfurt-1');
    assert.equal(await of('DEFAULT', 'eu-frankfurt-1'), first);
    await write('key.pem', pemOf(anotherApiKey()));
    const second = await of('DEFAULT', 'eu-frankfurt-1');
    assert.notEqual(second, first);
    await session('two');
    assert.equal((await of('DEFAULT', 'eu-frankfurt-1')).tenancyId, 'ocid1.tenancy.oc1..two');
  });

  it('is begun anew by a command for a session, and needs none for an API key', async () => {
    await write(
      'config',
      ...['[DEFAULT]', ...keyed, 'key_file=/k'],
      ...['[SESSION]', ...fields, 'key_file=/k', 'security_token_file=/t'],
    );
    const { signInOf } = createCloudAccess(clouds());
    assert.deepEqual(await signInOf('SESSION'), {
      kind: 'command',
      command: 'oci session authenticate --profile-name SESSION',
    });
    assert.deepEqual(await signInOf(undefined), { kind: 'notNeeded', profile: 'DEFAULT' });
    const unread = [{ profile: 'SESSION', why: 'signedOut' }] as const;
    const afterLook = createCloudAccess(clouds(), () => unread);
    assert.deepEqual(await afterLook.signInOf(undefined), await signInOf('SESSION'), 'the one it is true of');
  });

  it('that shows no compartment says so in the summary', async () => {
    const stop = new AbortController();
    const draftWith = async (compartments: () => Promise<never[]>) =>
      await resolveDraft(exampleCatalog({ compartments }), {}, settings, stop.signal, () => undefined);
    const none = await draftWith(() => Promise.resolve([]));
    assert.equal(none.compartment?.problem, 'No compartment can be seen with this profile.');
    const details = { kind: 'notFound', operation: 'x', nextAction: 'Ask your administrator.' } as const;
    const refused = await draftWith(() => Promise.reject(new CloudError('Nothing there.', details)));
    assert.equal(refused.compartment?.problem, 'Nothing there. Ask your administrator.');
  });
});

describe('What is read of an error', () => {
  it('is its message, and what can be done', () => {
    const details = { kind: 'conflict', operation: 'x', nextAction: 'Wait.' } as const;
    assert.equal(errorWords(new CloudError('Busy.', details)), 'Busy. Wait.');
    assert.equal(errorWords(new Error('Odd.')), 'Odd.');
    assert.equal(errorWords('text'), 'text');
  });
});
