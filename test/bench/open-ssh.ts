import { spawn, type ChildProcess } from 'node:child_process';
import { probePort } from '../../src/ssh/address-probe';
import { until } from '../../src/waiting/until';
import { freePort } from '../instance/ssh-daemon';

/**
 * OpenSSH's client with forwarded ports and a session beside them, as a person who types `ssh -L` has it. The session
 * matters: without one (`-N`) OpenSSH leaves Nagle's algorithm on, and small messages in a row wait for 40 ms.
 */
export interface OpenSsh {
  /** The local ports, in the order of the remote ones. */
  readonly ports: readonly number[];
  stop(): void;
}

/** Forwards a local port to each remote one on loopback, all through one connection. */
export async function startOpenSsh(
  sshPort: number,
  keyFile: string,
  remotePorts: readonly number[],
): Promise<OpenSsh> {
  const ports = await Promise.all(remotePorts.map(() => freePort()));
  const forwards = ports.map((port, at) => `127.0.0.1:${port}:127.0.0.1:${remotePorts[at]}`);
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'ExitOnForwardFailure=yes',
    // What ours agrees on with the same server.
    'Ciphers=aes128-gcm@openssh.com',
  ];
  const client = spawn(
    'ssh',
    [
      ...['-F', 'none', '-T', '-i', keyFile, '-p', String(sshPort)],
      ...forwards.flatMap((forward) => ['-L', forward]),
      ...options.flatMap((option) => ['-o', option]),
      'root@127.0.0.1',
      // Ends with its input, and so with the client.
      'cat',
    ],
    { stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const stop = () => void client.kill();
  try {
    for (const port of ports) await untilOpen(client, port);
  } catch (error) {
    stop();
    throw error;
  }
  return { ports, stop };
}

async function untilOpen(client: ChildProcess, port: number): Promise<void> {
  await until(
    async () => {
      if (client.exitCode !== null) throw new Error(`ssh -L ended with ${client.exitCode}.`);
      return (await probePort('127.0.0.1', port, 500)) === 'open' ? true : undefined;
    },
    { what: 'ssh -L', limitMs: 5_000, everyMs: 20 },
  );
}
