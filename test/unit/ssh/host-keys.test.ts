import assert from 'node:assert/strict';
import { createHostKeyGuard, createHostKeys, type HostKeys } from '../../../src/ssh/host-keys';
import { parseConsoleHostKeys } from '../../../src/ssh/console-host-keys';

const key = (name: string) => ({ algorithm: 'ssh-ed25519', fingerprint: `SHA256:${name}` });

function inMemory(): HostKeys {
  let content: unknown;
  return createHostKeys({
    load: async () => content,
    save: async (next) => {
      content = JSON.parse(JSON.stringify(next));
    },
  });
}

describe('Known host keys', () => {
  const address = { host: '192.0.2.1', port: 22 };
  const neverAsk = async () => assert.fail('Nobody should be asked.');

  it('tell a known key from a changed one and from a first contact', async () => {
    const hostKeys = inMemory();
    assert.equal(await hostKeys.compare('instance', key('a')), 'unknown');
    await hostKeys.pin('instance', [key('a'), key('b')]);
    assert.equal(await hostKeys.compare('instance', key('b')), 'trusted');
    assert.equal(await hostKeys.compare('instance', key('c')), 'changed');
  });

  it('are all kept when several are noted at once', async () => {
    const hostKeys = inMemory();
    await Promise.all(['a', 'b', 'c'].map((name) => hostKeys.trust(name, key(name))));
    for (const name of ['a', 'b', 'c']) assert.equal(await hostKeys.compare(name, key(name)), 'trusted');
  });

  it('are asked about once', async () => {
    const hostKeys = inMemory();
    let asked = 0;
    const confirm = async () => ++asked > 0;
    const guard = createHostKeyGuard({ hostKeys, owner: 'instance', address, confirm });
    assert.equal(await guard.checkHostKey(key('a'), address), true);
    assert.equal(await guard.checkHostKey(key('a'), address), true);
    assert.equal(asked, 1);
  });

  it('refuse a changed key without asking, and say what was expected', async () => {
    const hostKeys = inMemory();
    await hostKeys.pin('instance', [key('a')]);
    const guard = createHostKeyGuard({ hostKeys, owner: 'instance', address, confirm: neverAsk });
    assert.deepEqual(await guard.checkHostKey(key('z'), address), { changedFrom: [key('a')] });
  });

  it('of a jump host are its own', async () => {
    const hostKeys = inMemory();
    await hostKeys.pin('instance', [key('a')]);
    const guard = createHostKeyGuard({ hostKeys, owner: 'instance', address, confirm: async () => true });
    assert.equal(await guard.checkHostKey(key('jump'), { host: 'bastion', port: 22 }), true);
    assert.deepEqual(await hostKeys.known('bastion:22'), [key('jump')]);
  });

  it('that were damaged on disk are not taken for none', async () => {
    const hostKeys = createHostKeys({ load: async () => ({ owners: 3 }), save: async () => undefined });
    await assert.rejects(hostKeys.compare('instance', key('a')));
  });
});

describe('Host keys on the console', () => {
  const print = (letter: string) => `SHA256:${letter.repeat(43)}`;
  const block = (letter: string) =>
    [
      '[   12.3] cloud-init[812]: -----BEGIN SSH HOST KEY FINGERPRINTS-----',
      `[   12.3] cloud-init[812]: 256 ${print(letter)} root@gpu (ECDSA)`,
      `<14>Nov 1 ec2: 256 ${print(letter)} root@gpu (ED25519)\r`,
      `ec2: 3072 ${print(letter)} root@gpu (RSA)`,
      '-----END SSH HOST KEY FINGERPRINTS-----',
    ].join('\n');

  it('are read with their types, from the last boot', () => {
    assert.deepEqual(parseConsoleHostKeys(`${block('A')}\nlogin:\n${block('B')}`), [
      { algorithm: 'ecdsa-sha2-nistp256', fingerprint: print('B') },
      { algorithm: 'ssh-ed25519', fingerprint: print('B') },
      { algorithm: 'ssh-rsa', fingerprint: print('B') },
    ]);
  });

  it('are not made up from a console that was cut off', () => {
    assert.deepEqual(parseConsoleHostKeys(block('A').slice(0, -20)), []);
  });
});
