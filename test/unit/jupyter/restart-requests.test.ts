import assert from 'node:assert/strict';
import { JupyterCallFailed } from '../../../src/jupyter/errors';
import { createRestartRequests } from '../../../src/jupyter/restart-requests';
import { createFakeClock } from '../journey/fake-clock';

/** A server whose restarts end when the test says so. */
function restartingServer() {
  const asked: { succeed(): void; fail(httpStatus: number): void }[] = [];
  const requests = createRestartRequests({
    server: {
      restart: () =>
        new Promise((resolve, reject) => {
          asked.push({
            succeed: resolve,
            fail: (httpStatus) => reject(new JupyterCallFailed('POST', 'restart', httpStatus, '')),
          });
        }),
    },
    kernelId: 'one',
    clock: createFakeClock(),
  });
  const nthAsked = async (n: number) => {
    for (;;) {
      const found = asked[n];
      if (found) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { requests, asked, nthAsked };
}

describe('Requests to restart a kernel', () => {
  it('go to the server one after the other', async () => {
    const { requests, asked, nthAsked } = restartingServer();
    const both = [requests.send(), requests.send()];
    const first = await nthAsked(0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(asked.length, 1);
    first.succeed();
    await both[0];
    (await nthAsked(1)).succeed();
    await both[1];
  });

  it('go on after one that failed', async () => {
    const { requests, nthAsked } = restartingServer();
    const both = [requests.send(), requests.send()];
    (await nthAsked(0)).fail(404);
    await assert.rejects(both[0] ?? Promise.resolve(), /404/);
    (await nthAsked(1)).succeed();
    await both[1];
  });

  it('are made twice, and no more, when the server fails at it', async () => {
    const { requests, asked, nthAsked } = restartingServer();
    const answer = requests.send();
    (await nthAsked(0)).fail(500);
    (await nthAsked(1)).fail(500);
    await assert.rejects(answer, /500/);
    assert.equal(asked.length, 2);
  });

  it('are needed when the kernel that the server starts by itself does not come, takes too long or may have run a cell', async () => {
    const { requests } = restartingServer();
    assert.equal(await requests.replaced(), false, 'it starts none');
    requests.noteReplacement(Promise.reject(new Error('no kernel')), true);
    assert.equal(await requests.replaced(), false);
    requests.noteReplacement(new Promise(() => undefined), true);
    assert.equal(await requests.replaced(), false);
    requests.noteReplacement(Promise.resolve(), false);
    assert.equal(await requests.replaced(), false);
    requests.noteReplacement(Promise.resolve(), true);
    assert.equal(await requests.replaced(), true);
  });
});
