import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probePort } from '../../src/ssh/address-probe';
import { fingerprint, parsePublicLine } from '../../src/ssh/public-key';
import { until } from '../../src/waiting/until';

/** A real OpenSSH server on a loopback port, with host keys and settings of its own. */
export interface SshDaemon {
  readonly port: number;
  readonly folder: string;
  /** The fingerprint of its host key of the given type. */
  hostKey(type: 'ed25519' | 'rsa' | 'ecdsa'): string;
  /** Lets the owner of this public key in as root. */
  authorize(publicLine: string): void;
  /** Ends the processes that serve connections, as a crash would; the daemon stays. */
  dropConnections(): void;
  stop(): Promise<void>;
}

/** Starts one; `extra` are lines for its sshd_config. Needs root, for its login. */
export async function startSshDaemon(extra: readonly string[] = []): Promise<SshDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-sshd-'));
  mkdirSync('/run/sshd', { recursive: true });
  for (const type of ['ed25519', 'rsa', 'ecdsa']) {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', join(folder, `host_${type}`)]);
  }
  const port = await freePort();
  const authorizedKeys = join(folder, 'authorized_keys');
  writeFileSync(authorizedKeys, '');
  // sshd reads it as the user who logs in.
  chmodSync(folder, 0o755);
  writeFileSync(
    join(folder, 'sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...['ed25519', 'rsa', 'ecdsa'].map((type) => `HostKey ${join(folder, `host_${type}`)}`),
      `AuthorizedKeysFile ${authorizedKeys}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      `PidFile ${join(folder, 'sshd.pid')}`,
      'Subsystem sftp internal-sftp',
      'MaxStartups 100:30:200',
      ...extra,
      '',
    ].join('\n'),
  );
  const daemon = spawn('/usr/sbin/sshd', ['-f', join(folder, 'sshd_config'), '-D', '-e'], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await until(async () => ((await probePort('127.0.0.1', port, 500)) === 'open' ? true : undefined), {
    what: 'sshd',
    limitMs: 5_000,
    everyMs: 20,
  });
  return {
    port,
    folder,
    hostKey: (type) => fingerprintIn(join(folder, `host_${type}.pub`)),
    authorize: (line) => writeFileSync(authorizedKeys, `${line}\n`, { flag: 'a' }),
    dropConnections: () => {
      for (const pid of childrenOf(daemon)) process.kill(pid, 'SIGKILL');
    },
    stop: async () => {
      const children = childrenOf(daemon);
      daemon.kill('SIGTERM');
      if (daemon.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
      for (const pid of children) killQuietly(pid);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a login user without a password; `remove` it again. */
export function createUser(): { readonly name: string; remove(): void } {
  const name = `gpulab${process.pid}`;
  execFileSync('useradd', [
    '--no-create-home',
    '--home-dir',
    '/tmp',
    '--shell',
    '/bin/sh',
    '--password',
    '*',
    name,
  ]);
  return { name, remove: () => execFileSync('userdel', ['--force', name], { stdio: 'ignore' }) };
}

/** A TCP relay that can break the way networks do. */
export interface FlakyRelay {
  readonly port: number;
  /** Resets every connection through it. */
  reset(): void;
  /** Swallows everything in silence from now on, in both directions: a half-open link. */
  freeze(): void;
  /** New connections pass again (frozen ones stay frozen). */
  thaw(): void;
  /** Refuses new connections while true. */
  refuse(refusing: boolean): void;
  stop(): void;
}

/** Starts a relay to a loopback port. */
export async function startFlakyRelay(target: number): Promise<FlakyRelay> {
  const pairs = new Set<[Socket, Socket]>();
  let frozen = false;
  let refusing = false;
  const server: Server = createServer({ noDelay: true }, (client) => {
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const side of pair) {
      side.on('error', () => undefined);
      side.once('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    if (frozen) return;
    client.pipe(upstream);
    upstream.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    reset: () => {
      for (const [client] of pairs) client.resetAndDestroy();
    },
    freeze: () => {
      frozen = true;
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.on('data', () => undefined);
        upstream.on('data', () => undefined);
      }
    },
    thaw: () => {
      frozen = false;
    },
    refuse: (now) => {
      refusing = now;
    },
    stop: () => {
      server.close();
      for (const pair of pairs) for (const side of pair) side.destroy();
    },
  };
}

/** A loopback port whose packets are dropped, as by a security rule that does not let this address in. */
export interface ShutPort {
  /** Fine when it is open already. */
  open(): void;
}

/** Shuts it: what is connected goes silent too. Needs root. */
export function shutPort(port: number): ShutPort {
  const rule = ['INPUT', '-i', 'lo', '-p', 'tcp', '--dport', String(port), '-j', 'DROP'];
  let isShut = true;
  execFileSync('iptables', ['--wait', '-I', ...rule]);
  return {
    open: () => {
      if (isShut) execFileSync('iptables', ['--wait', '-D', ...rule]);
      isShut = false;
    },
  };
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function fingerprintIn(publicKeyFile: string): string {
  const key = parsePublicLine(readFileSync(publicKeyFile, 'utf8'));
  if (!key) throw new Error(`${publicKeyFile} holds no public key.`);
  return fingerprint(key.blob);
}

function childrenOf(daemon: ChildProcess): number[] {
  try {
    const text = readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
