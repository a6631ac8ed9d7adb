import assert from 'node:assert/strict';
import { aRecord } from '../../instances/a-record';
import { openLabBed } from '../lab-bed';
import { aPrivateKey, startSshServer } from '../ssh-server';

describe('The set-up log of an instance that another computer has set up', () => {
  it('is read from the instance, because there is no copy of it here', async () => {
    const facts =
      'family=debian\narch=x86_64\nuser=opc\nsystemd=252\nsudo=passwordless\nfreeMiB=900\nport8888=own\nsetup=ready\n';
    const server = await startSshServer([
      [/^bash -s/, { stdout: facts }],
      [/follow\.sh/, { stdout: 'log 11\n==> Set-up\nstopped\n' }],
    ]);
    const bed = await openLabBed();
    await bed.secrets.store('key', aPrivateKey());
    bed.leave(
      aRecord({
        ssh: {
          host: '127.0.0.1',
          port: server.port,
          user: 'opc',
          hostKeys: [server.hostKey],
          key: { kind: 'secret', secretKey: 'key' },
        },
        tunnel: { wanted: false },
      }),
    );
    const lab = bed.openWindow();
    const shown: string[] = [];
    for await (const text of lab.setupLog(aRecord().id, new AbortController().signal)) {
      if (text === '') break;
      shown.push(text);
    }
    assert.equal(shown.join(''), '==> Set-up\n');
    await bed.close();
    await server.close();
  });

  it('does not keep the next log from being followed when the instance cannot be asked', async () => {
    const bed = await openLabBed();
    bed.leave(aRecord({ tunnel: { wanted: false } }));
    const lab = bed.openWindow();
    const stop = new AbortController();
    const shown: string[] = [];
    for await (const text of lab.setupLog(aRecord().id, stop.signal)) {
      shown.push(text);
      stop.abort();
    }
    assert.deepEqual(shown, ['']);
    await bed.close();
  });
});
