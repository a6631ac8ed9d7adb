import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { openKernelLink, type KernelLink } from '../../../src/jupyter/kernel-link';
import { createJupyterServer } from '../../../src/jupyter/server';
import { silentLogger } from '../../../src/ports/logger';
import { createFakeClock } from '../journey/fake-clock';

/** RFC 6455, 1.3. */
const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

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

  it('stays up while a message comes that takes longer than two pings, and answers none', async () => {
    const text = JSON.stringify({
      header: { msg_id: 'large', msg_type: 'stream' },
      parent_header: {},
      channel: 'iopub',
      content: {},
    });
    const slow = createServer((_asked, answer) => answer.end());
    slow.on('upgrade', ({ headers }, socket) => {
      const proof = createHash('sha1')
        .update(`${headers['sec-websocket-key']}${webSocketGuid}`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`,
      );
      // A text frame, one byte for each ping.
      const frame = Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
      let sent = frame.length - 6;
      socket.write(frame.subarray(0, sent));
      socket.on('data', () => socket.write(frame.subarray(sent, ++sent)));
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const large = openKernelLink({
      server: createJupyterServer({ baseUrl: `http://127.0.0.1:${port}/`, token: '', logger: silentLogger }),
      kernelId: 'one',
      sessionId: 'a window',
      clock: createFakeClock(),
      logger: silentLogger,
      pingEveryMs: 20,
    });
    const said = await new Promise((resolve) => {
      large.onMessage(({ id }) => resolve(id));
      // The first connection asks for a subprotocol, which this server does not know.
      const opening = large.onState((state) => {
        if (state !== 'open') return;
        opening.dispose();
        large.onState(resolve);
      });
    });
    large.dispose();
    slow.closeAllConnections();
    slow.close();
    assert.equal(said, 'large');
  });
});
