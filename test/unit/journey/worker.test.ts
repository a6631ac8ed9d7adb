import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecordStore } from '../../../src/instances/store';
import { createWorker } from '../../../src/journey/worker';
import { silentLogger } from '../../../src/ports/logger';
import { aRecord } from '../instances/a-record';
import { deferred } from './deferred';
import { createFakeClock } from './fake-clock';
import { createMemorySecrets } from './memory-secrets';

describe('What works on an instance', () => {
  it('ends at once when it is cancelled while the passphrase of OCI’s key is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'worker-'));
    const store = openRecordStore({ folder, logger: silentLogger });
    const { id } = await store.create(aRecord({ phase: { kind: 'booting', step: '', since: 0 } }));
    const asked = deferred();
    const never = (): Promise<never> => new Promise(() => undefined);
    const worker = createWorker(
      id,
      {
        storageDir: folder,
        resourcesDir: folder,
        sshDir: folder,
        secrets: createMemorySecrets(),
        questions: { trustHostKey: never, acceptHost: never, ngcKey: never, passphrase: never },
        logger: silentLogger,
        clock: createFakeClock(),
        clouds: {
          profiles: never,
          of: () => {
            asked.resolve();
            return never();
          },
          current: never,
          quietPlaces: never,
          reset: () => undefined,
        },
        cpuPackages: () => false,
        packageMirrors: () => ({}),
      },
      store,
      { changed: () => undefined, hostKeyRefused: () => undefined },
    );
    const ended = worker.run();
    await asked.promise;
    await worker.cancel();
    assert.deepEqual(await ended, { kind: 'cancelled' });
    worker.dispose();
    store.dispose();
    rmSync(folder, { recursive: true });
  });
});
