import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as v from 'valibot';
import { generateKey } from '../../src/ssh/generate-key';
import { startSshDaemon } from '../instance/ssh-daemon';
import { median, type Bench, type Figure } from './figure';
import { startOpenSsh } from './open-ssh';

const echoes = 500;
const bulkBytes = 256 * 1024 * 1024;

/** Our tunnel and `ssh -L` through the same sshd, in turns. */
export const tunnel: Bench = { name: 'tunnel', run: measureTunnels };

async function measureTunnels(rounds: number): Promise<Figure[]> {
  const daemon = await startSshDaemon();
  const key = generateKey('bench');
  daemon.authorize(key.publicLine);
  const echo = await serve((socket) => socket.pipe(socket));
  const bulk = await serve((socket) => socket.once('data', () => socket.end(Buffer.alloc(bulkBytes))));
  const stops: (() => void)[] = [];
  try {
    const keyFile = join(daemon.folder, 'bench_key');
    writeFileSync(keyFile, key.privateKeyPem, { mode: 0o600 });
    const own = fork(await bundle('tunnel-process.ts', daemon.folder), { execArgv: [] });
    stops.push(() => void own.kill());
    const ours = await openOurs(own, daemon.port, key.privateKeyPem, [echo, bulk].map(portOf));
    const openSsh = await startOpenSsh(daemon.port, keyFile, [echo, bulk].map(portOf));
    stops.push(openSsh.stop);
    const theirs = openSsh.ports;
    return [
      {
        ...(await compare('Echo through the tunnel', 'ms', ours[0], theirs[0], echoMs, rounds)),
        target: { of: 'ratio', atMost: 1 },
      },
      await compare('Download through the tunnel', 'MB/s', ours[1], theirs[1], downloadMBs, rounds),
    ];
  } finally {
    for (const stop of stops) stop();
    echo.close();
    bulk.close();
    await daemon.stop();
  }
}

/** As the extension is built: without the native parts of ssh2, which a package for every system cannot carry. */
async function bundle(name: string, folder: string): Promise<string> {
  const outfile = join(folder, name.replace(/\.ts$/, '.cjs'));
  await build({
    entryPoints: [join(import.meta.dirname, name)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    loader: { '.node': 'empty' },
  });
  return outfile;
}

async function compare(
  name: string,
  unit: string,
  ourPort: number | undefined,
  theirPort: number | undefined,
  measure: (port: number) => Promise<number>,
  rounds: number,
): Promise<Figure> {
  if (ourPort === undefined || theirPort === undefined) throw new Error('A tunnel did not open.');
  const ours: number[] = [];
  const theirs: number[] = [];
  // The first of each warms up what is compiled or negotiated late.
  await measure(ourPort);
  await measure(theirPort);
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure(ourPort));
    theirs.push(await measure(theirPort));
  }
  return { name, unit, ours: median(ours), peer: { name: 'OpenSSH -L', value: median(theirs) } };
}

/** The median of single-byte round trips over one connection. */
async function echoMs(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const times: number[] = [];
  for (let n = 0; n < echoes; n++) {
    const start = performance.now();
    socket.write('x');
    await once(socket, 'data');
    times.push(performance.now() - start);
  }
  socket.destroy();
  return median(times);
}

async function downloadMBs(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const start = performance.now();
  socket.write('go');
  let bytes = 0;
  socket.on('data', (chunk) => (bytes += chunk.length));
  await once(socket, 'end');
  socket.destroy();
  if (bytes !== bulkBytes) throw new Error(`${bytes} bytes came instead of ${bulkBytes}.`);
  return bytes / 1e6 / ((performance.now() - start) / 1000);
}

async function serve(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
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

async function openOurs(
  child: ChildProcess,
  port: number,
  privateKeyPem: string,
  remotePorts: readonly number[],
): Promise<number[]> {
  child.send({ port, privateKeyPem, remotePorts });
  const message: unknown[] = await once(child, 'message');
  return v.parse(v.array(v.number()), message[0]);
}
