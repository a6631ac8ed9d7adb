import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { openKernelLink, type KernelLink } from '../../../src/jupyter/kernel-link';
import { createJupyterServer } from '../../../src/jupyter/server';
import { silentLogger } from '../../../src/ports/logger';

describe('The link to a kernel', () => {
  let channels: WebSocketServer;
  let link: KernelLink;
  /** Pauses that the link has begun; they end only when it gives them up. */
  let pauses: AbortSignal[];
  beforeEach(async () => {
    channels = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(channels, 'listening');
    pauses = [];
    const { port } = channels.address() as AddressInfo;
    link = openKernelLink({
      server: createJupyterServer({ baseUrl: `http://127.0.0.1:${port}/`, token: '', logger: silentLogger }),
      kernelId: 'one',
      sessionId: 'a window',
      clock: { now: () => 0, sleep: (_ms, signal) => pause(signal) },
      logger: silentLogger,
    });
    await link.opened();
  });
  afterEach(() => {
    link.dispose();
    channels.close();
  });

  const pause = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((_resolve, reject) => {
      assert.ok(signal);
      pauses.push(signal);
      signal.addEventListener('abort', () => reject(new Error('given up')));
    });
  const become = (wanted: KernelLink['state']): Promise<void> =>
    new Promise((resolve) => {
      const listening = link.onState((state) => {
        if (state !== wanted) return;
        listening.dispose();
        resolve();
      });
    });

  it('has one socket: a new connection gives up the one that was to come later', async () => {
    const dropped = become('reconnecting');
    for (const socket of channels.clients) socket.terminate();
    await dropped;
    const [waiting] = pauses;
    assert.equal(waiting?.aborted, false);
    const back = become('open');
    link.reconnect();
    await back;
    assert.equal(waiting.aborted, true);
    assert.equal(channels.clients.size, 1);
  });
});
