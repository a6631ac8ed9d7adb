import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import { freePort, type SshDaemon } from '../instance/ssh-daemon';
import { startOpenSsh } from './open-ssh';

/** Prints the median of the cells' milliseconds. */
const client = `
import statistics, sys, time
from jupyter_client import BlockingKernelClient
warm_ups, cells = int(sys.argv[2]), int(sys.argv[3])
client = BlockingKernelClient(connection_file=sys.argv[1])
client.load_connection_file()
client.start_channels()
client.wait_for_ready(timeout=60)
times = []
for i in range(warm_ups + cells):
    began = time.perf_counter()
    client.execute_interactive('1', output_hook=lambda message: None)
    times.append((time.perf_counter() - began) * 1000)
client.stop_channels()
print(statistics.median(times[warm_ups:]))
`;

/** The five sockets of a kernel, as its connection file names them. */
const sockets = ['shell_port', 'iopub_port', 'stdin_port', 'control_port', 'hb_port'] as const;

/**
 * What a person does by hand to reach a kernel on another machine: its five ports through `ssh -L`, and jupyter_client
 * with a copy of its connection file.
 * @returns the median of the cells' milliseconds
 */
export async function forwardedCellMs(
  daemon: SshDaemon,
  keyFile: string,
  { warmUps, cells }: { readonly warmUps: number; readonly cells: number },
): Promise<number> {
  const key = randomUUID();
  const connectionFile = (name: string, ports: readonly number[]): string => {
    const file = join(daemon.folder, `${name}-${key}.json`);
    const named = Object.fromEntries(sockets.map((socket, at) => [socket, ports[at]]));
    const others = { ip: '127.0.0.1', transport: 'tcp', signature_scheme: 'hmac-sha256', key };
    writeFileSync(file, JSON.stringify({ ...named, ...others }), { mode: 0o600 });
    return file;
  };
  const python = pythonOf('jupyter');
  const ports = await Promise.all(sockets.map(() => freePort()));
  const kernel = spawn(python, ['-m', 'ipykernel_launcher', '-f', connectionFile('kernel', ports)], {
    stdio: 'ignore',
  });
  try {
    const ssh = await startOpenSsh(daemon.port, keyFile, ports);
    try {
      const file = connectionFile('forwarded', ssh.ports);
      const argv = ['-c', client, file, String(warmUps), String(cells)];
      const { stdout } = await promisify(execFile)(python, argv, { timeout: 120_000 });
      return Number(stdout);
    } finally {
      ssh.stop();
    }
  } finally {
    kernel.kill('SIGKILL');
  }
}
