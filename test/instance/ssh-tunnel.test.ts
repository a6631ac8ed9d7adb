import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSshConnection } from '../../src/ssh/connection';
import { generateKey } from '../../src/ssh/generate-key';
import { createTunnel, type Tunnel, type TunnelOptions, type TunnelState } from '../../src/ssh/tunnel';
import type { SshConnection } from '../../src/ssh/types';
import {
  freePort,
  shutPort,
  startFlakyRelay,
  startSshDaemon,
  type FlakyRelay,
  type ShutPort,
  type SshDaemon,
} from './ssh-daemon';

describe('A tunnel through a real OpenSSH server', function () {
  this.timeout(30_000);
  const key = generateKey('test');
  const opened: { dispose(): void }[] = [];
  let daemon: SshDaemon;
  let relay: FlakyRelay;
  let connection: SshConnection;
  let service: Server;

  before(async () => {
    daemon = await startSshDaemon();
    daemon.authorize(key.publicLine);
    relay = await startFlakyRelay(daemon.port);
    service = await serve((socket) => socket.pipe(socket));
  });
  after(async () => {
    service.close();
    relay.stop();
    await daemon.stop();
  });
  beforeEach(() => {
    relay.refuse(false);
    connection = createSshConnection({
      address: { host: '127.0.0.1', port: relay.port, user: 'root' },
      identity: { kind: 'key', privateKeyPem: key.privateKeyPem },
      checkHostKey: async () => true,
      backoff: { firstMs: 20, factor: 2, maxMs: 100 },
    });
    opened.push(connection);
  });
  afterEach(() => {
    for (const thing of opened.splice(0).reverse()) thing.dispose();
  });

  async function openTunnel(options: Partial<TunnelOptions> = {}): Promise<{ tunnel: Tunnel; port: number }> {
    const tunnel = createTunnel({ connection, remotePort: portOf(service), localPort: 0, ...options });
    opened.push(tunnel);
    const state = await tunnel.start();
    assert.ok(state.kind === 'up' || state.kind === 'notAnswering', JSON.stringify(state));
    return { tunnel, port: state.port };
  }

  it('carries bytes both ways', async () => {
    const { port } = await openTunnel();
    assert.equal(await ask(port, 'hello'), 'hello');
  });

  it('is reached as localhost by either address family', async () => {
    const { port } = await openTunnel();
    assert.equal(await ask(port, 'six', '::1'), 'six');
  });

  it('M14: takes the preferred port, or the next free one when another program has it', async () => {
    const localPort = await freePort();
    const first = await openTunnel({ localPort });
    assert.deepEqual(first.tunnel.state, { kind: 'up', port: localPort, moved: false });
    const second = await openTunnel({ localPort });
    assert.equal(second.tunnel.state.kind === 'up' && second.tunnel.state.moved, true);
    assert.equal(await ask(second.port, 'moved'), 'moved');
  });

  it('opens nothing when this instance is already served on the port', async () => {
    const { port } = await openTunnel();
    const tunnel = createTunnel({ connection, localPort: port, isOurs: async (asked) => asked === port });
    assert.deepEqual(await tunnel.start(), { kind: 'inUseByUs', port });
  });

  it('passes one side’s end on and still delivers the answer', async () => {
    const counting = await serve((socket) => {
      let bytes = 0;
      socket.on('data', (chunk) => (bytes += chunk.length));
      socket.on('end', () => socket.end(String(bytes)));
    });
    const { port } = await openTunnel({ remotePort: portOf(counting) });
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end('12345');
    assert.equal((await readAll(socket)).toString(), '5');
    counting.close();
  });

  it('carries 100 MB unharmed', async () => {
    const content = randomBytes(100 * 1024 * 1024);
    const giving = await serve((socket) => socket.end(content));
    const { port } = await openTunnel({ remotePort: portOf(giving) });
    const received = await readAll(connect(port, '127.0.0.1'));
    assert.equal(sha256(received), sha256(content));
    giving.close();
  });

  it('carries 100 MB the other way unharmed', async () => {
    const content = randomBytes(100 * 1024 * 1024);
    const taking = await serve((socket) => {
      const hash = createHash('sha256');
      socket.on('data', (chunk) => hash.update(chunk));
      socket.on('end', () => socket.end(hash.digest('hex')));
    });
    const { port } = await openTunnel({ remotePort: portOf(taking) });
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.end(content);
    assert.equal((await readAll(socket)).toString(), sha256(content));
    taking.close();
  });

  it('holds a sender back when the reader does not read', async () => {
    let sent = 0;
    const endless = await serve((socket) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const write = () => {
        while (socket.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      socket.on('drain', write);
      write();
    });
    const { port } = await openTunnel({ remotePort: portOf(endless) });
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.pause();
    let before = -1;
    // Quiet means that the amount sent did not change over a round trip through the same tunnel's link.
    while (before !== sent) {
      before = sent;
      await connection.exec('sleep 0.2');
    }
    assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were taken from the sender`);
    socket.destroy();
    endless.close();
  });

  it('serves a hundred connections at once', async () => {
    const { port } = await openTunnel();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(port, `message ${n}`)));
    assert.deepEqual(
      answers,
      Array.from({ length: 100 }, (_, n) => `message ${n}`),
    );
  });

  it('M14: goes on at the same port after the link was cut', async () => {
    const { tunnel, port } = await openTunnel();
    const seen: TunnelState['kind'][] = [];
    tunnel.onState((state) => seen.push(state.kind));
    const back = reached(tunnel, 'up');
    relay.reset();
    assert.deepEqual(await back, { kind: 'up', port, moved: false });
    assert.equal(seen[0], 'reconnecting');
    assert.equal(await ask(port, 'again'), 'again');
  });

  it('shows programs a broken connection, not an empty answer, when the link is cut', async () => {
    const { port } = await openTunnel();
    const socket = connect(port, '127.0.0.1');
    socket.write('x');
    await once(socket, 'data');
    const broken = once(socket, 'error');
    relay.reset();
    const [error] = (await broken.catch((reason: unknown) => [reason])) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
  });

  it('keeps a new connection waiting while the link comes back', async () => {
    const { tunnel, port } = await openTunnel();
    relay.refuse(true);
    const gone = reached(tunnel, 'reconnecting');
    relay.reset();
    await gone;
    const answer = ask(port, 'patient');
    relay.refuse(false);
    assert.equal(await answer, 'patient');
  });

  it('fails a new connection soon when the link stays away', async () => {
    const { tunnel, port } = await openTunnel({ waitForLinkMs: 100 });
    relay.refuse(true);
    const gone = reached(tunnel, 'reconnecting');
    relay.reset();
    await gone;
    await assert.rejects(ask(port, 'hasty'), { code: 'ECONNRESET' });
  });

  describe('whose port is shut', () => {
    let shut: ShutPort | undefined;
    const hurried = (): SshConnection => {
      const made = createSshConnection({
        address: { host: '127.0.0.1', port: daemon.port, user: 'root' },
        identity: { kind: 'key', privateKeyPem: key.privateKeyPem },
        checkHostKey: async () => true,
        keepAliveMs: 100,
        keepAliveTries: 2,
        attemptLimitMs: 300,
        // Only a nudge ends it within the test.
        backoff: { firstMs: 600_000, factor: 1, maxMs: 600_000 },
      });
      opened.push(made);
      return made;
    };
    const silence = () => ({
      kind: 'unreachable',
      message: `127.0.0.1 does not answer on port ${daemon.port}.`,
      isSilent: true,
    });
    afterEach(() => shut?.open());

    it('says that it does not answer, and comes back at the same port at once when it is open and nudged', async () => {
      const nudged = hurried();
      const { tunnel, port } = await openTunnel({ connection: nudged });
      const told = new Promise<unknown>((resolve) =>
        tunnel.onState((state) => {
          if (state.kind === 'reconnecting' && state.reason) resolve(state.reason);
        }),
      );
      shut = shutPort(daemon.port);
      assert.deepEqual(await told, silence());
      const back = reached(tunnel, 'up');
      shut.open();
      nudged.nudge();
      assert.deepEqual(await back, { kind: 'up', port, moved: false });
      assert.equal(await ask(port, 'again'), 'again');
    });

    it('is told apart from a machine that answers and then says nothing', async () => {
      shut = shutPort(daemon.port);
      const tunnel = createTunnel({ connection: hurried(), localPort: 0 });
      opened.push(tunnel);
      const failed = await tunnel.start({ limitMs: 1_000 });
      assert.deepEqual(failed, { kind: 'failed', reason: silence() });
      const mute = await serve(() => undefined);
      const answered = createSshConnection({
        address: { host: '127.0.0.1', port: portOf(mute), user: 'root' },
        identity: { kind: 'key', privateKeyPem: key.privateKeyPem },
        checkHostKey: async () => true,
        attemptLimitMs: 300,
      });
      opened.push(answered);
      const state = await createTunnel({ connection: answered, localPort: 0 }).start({ limitMs: 1_000 });
      assert.ok(state.kind === 'failed' && state.reason.kind === 'unreachable');
      assert.match(state.reason.message, /cannot be reached .*timed out/);
      assert.equal(state.reason.isSilent, undefined);
      mute.close();
    });
  });

  it('is up only once the service behind it answers', async () => {
    let answering = false;
    const { tunnel } = await openTunnel({ probe: async () => answering });
    assert.equal(tunnel.state.kind, 'notAnswering');
    answering = true;
    assert.equal((await tunnel.check()).kind, 'up');
  });

  it('closes its port and everything through it when stopped', async () => {
    const { tunnel, port } = await openTunnel();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    tunnel.stop();
    socket.resume();
    socket.on('error', () => undefined);
    await once(socket, 'close');
    await assert.rejects(ask(port, 'closed'), { code: 'ECONNREFUSED' });
    assert.deepEqual(tunnel.state, { kind: 'down' });
  });

  it('can be started again after it was stopped', async () => {
    const { tunnel } = await openTunnel();
    tunnel.stop();
    assert.equal((await tunnel.start()).kind, 'up');
  });

  it('fails with the reason when nobody lets us in', async () => {
    const refused = createSshConnection({
      address: { host: '127.0.0.1', port: daemon.port, user: 'root' },
      identity: { kind: 'key', privateKeyPem: generateKey('other').privateKeyPem },
      checkHostKey: async () => true,
    });
    opened.push(refused);
    const state = await createTunnel({ connection: refused, localPort: 0 }).start();
    assert.equal(state.kind === 'failed' && state.reason.kind, 'authentication');
  });
});

async function serve(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Sends a line to an echoing service and resolves with what came back. */
async function ask(port: number, message: string, host = '127.0.0.1'): Promise<string> {
  const socket = connect(port, host);
  socket.end(message);
  return (await readAll(socket)).toString();
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function reached(tunnel: Tunnel, kind: TunnelState['kind']): Promise<TunnelState> {
  return await new Promise((resolve) => {
    const listening = tunnel.onState((state) => {
      if (state.kind !== kind) return;
      listening.dispose();
      resolve(state);
    });
  });
}
