import assert from 'node:assert/strict';
import { createLiveInstance } from '../../../../src/journey/reach/live-instance';
import { systemClock } from '../../../../src/ports/clock';
import { silentLogger } from '../../../../src/ports/logger';
import { aRecord } from '../../instances/a-record';
import { createMemorySecrets } from '../memory-secrets';
import { aPrivateKey } from '../ssh-server';

describe('The connection of an instance', () => {
  const open = async () => {
    const secrets = createMemorySecrets();
    await secrets.store('key', aPrivateKey());
    const { ssh } = aRecord();
    const record = aRecord({ ssh: { ...ssh, host: '127.0.0.1', key: { kind: 'secret', secretKey: 'key' } } });
    const live = createLiveInstance({
      record: () => record,
      secrets,
      questions: {
        trustHostKey: () => assert.fail(),
        ngcKey: () => assert.fail(),
        passphrase: () => assert.fail(),
        acceptHost: () => assert.fail(),
      },
      clock: systemClock,
      logger: silentLogger,
      resourcesDir: 'resources',
    });
    return { live, secrets };
  };

  it('is one and the same for all who use it', async () => {
    const { live } = await open();
    assert.equal(await live.connection(), await live.connection());
    live.dispose();
  });

  it('is made anew once another key was chosen, though that is kept in the same place', async () => {
    const { live, secrets } = await open();
    const before = await live.connection();
    await secrets.store('key', aPrivateKey());
    live.reset();
    assert.notEqual(await live.connection(), before);
    live.dispose();
  });
});
