import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPrivateKey } from '../../../../src/cloud/private-key';
import { quietPlaces } from '../../../../src/journey/discovery/quiet-places';
import { anApiKey, pemOf } from '../../cloud/an-api-key';
import { createMemorySecrets } from '../memory-secrets';

describe('The profiles that open without a question', () => {
  it('are those whose key has no passphrase, or one that is known; nobody is asked, and the others are told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
    const pem = pemOf(anApiKey());
    writeFileSync(join(folder, 'open.pem'), pem);
    writeFileSync(join(folder, 'locked.pem'), pemOf(anApiKey(), 'secret'));
    const reading = openPrivateKey(pem, undefined);
    assert.ok(reading.kind === 'opened');
    const profile = (name: string, more: readonly string[]): string =>
      [
        `[${name}]`,
        'user=ocid1.user.oc1..aaaa',
        'tenancy=ocid1.tenancy.oc1..aaaa',
        'region=eu-frankfurt-1',
        `fingerprint=${reading.fingerprint}`,
        ...more,
      ].join('\n');
    const configFile = join(folder, 'config');
    writeFileSync(
      configFile,
      [
        profile('OPEN', [`key_file=${join(folder, 'open.pem')}`]),
        profile('KNOWN', [`key_file=${join(folder, 'locked.pem')}`, 'pass_phrase=secret']),
        profile('ASKS', [`key_file=${join(folder, 'locked.pem')}`]),
        profile('GONE', [`key_file=${join(folder, 'gone.pem')}`]),
      ].join('\n'),
    );
    const kept: string[] = [];
    const secrets = createMemorySecrets();
    const { places, unopened } = await quietPlaces({ configFile, secrets, keep: (name) => kept.push(name) });
    assert.deepEqual(
      places.map(({ profile: name }) => name),
      ['OPEN', 'KNOWN'],
    );
    assert.deepEqual(unopened, [
      { profile: 'ASKS', why: 'passphrase' },
      { profile: 'GONE', why: 'unusable' },
    ]);
    assert.deepEqual(new Set(kept), new Set(['OPEN', 'KNOWN']));
    rmSync(folder, { recursive: true, force: true });
  });
});
