import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import { createJupyterServer } from '../../src/jupyter';
import type { JupyterServer } from '../../src/jupyter';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';

/** A Jupyter Server as the setup starts it, on this machine's loopback. */
export interface TestJupyter {
  readonly baseUrl: string;
  readonly token: string;
  readonly port: number;
  /** The folder that the server serves. */
  readonly root: string;
  readonly server: JupyterServer;
  stop(): Promise<void>;
}

/** Starts a server; its token is in a 0600 file, and the rate limits are off, as the setup does it. */
export async function startJupyter({ token = 'a-token-for-tests' } = {}): Promise<TestJupyter> {
  const python = pythonOf('jupyter');
  const home = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-jupyter-'));
  const port = await freePort();
  const config = join(home, 'config.py');
  await writeFile(
    config,
    [
      `c.IdentityProvider.token = ${JSON.stringify(token)}`,
      'c.ZMQChannelsWebsocketConnection.limit_rate = False',
      "c.ServerApp.ip = '127.0.0.1'",
      `c.ServerApp.port = ${port}`,
      'c.ServerApp.port_retries = 0',
      'c.ServerApp.open_browser = False',
      'c.ServerApp.allow_root = True',
      `c.ServerApp.root_dir = ${JSON.stringify(home)}`,
    ].join('\n'),
    { mode: 0o600 },
  );
  const env = {
    ...process.env,
    JUPYTER_CONFIG_DIR: join(home, 'etc'),
    JUPYTER_RUNTIME_DIR: join(home, 'run'),
    IPYTHONDIR: join(home, 'ipython'),
  };
  const child = spawn(python, ['-m', 'jupyter_server', '--config', config], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (data: Buffer) => {
    log = (log + data.toString()).slice(-8000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const baseUrl = `http://127.0.0.1:${port}/`;
  const server = createJupyterServer({ baseUrl, token, logger: silentLogger });
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(limit);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`Jupyter ended:\n${log}`);
        return (await server.status()).kind === 'answers' ? true : undefined;
      },
      { what: 'Jupyter Server', limitMs: 60_000, everyMs: 200 },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { baseUrl, token, port, root: home, server, stop };
}

/** A TCP proxy in front of a port, whose connections can be reset or frozen. */
export interface Proxy {
  readonly baseUrl: string;
  /** Ends all connections with a reset. New ones pass, unless `refusing`. */
  reset(): void;
  /** From now on nothing passes, and nothing is closed: a half-open link. */
  freeze(): void;
  refusing: boolean;
  stop(): Promise<void>;
}

/** Starts a proxy to `port` on loopback. */
export async function startProxy(port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const proxy = createTcpServer((near) => {
    if (control.refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const control: Proxy = {
    baseUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`,
    refusing: false,
    reset: () => sockets.forEach((socket) => socket.resetAndDestroy()),
    freeze: () => sockets.forEach((socket) => socket.unpipe().pause()),
    stop: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
  return control;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
