import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import { openKernelSession } from '../../src/jupyter';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { startJupyter } from '../instance/jupyter-server';

/** Milliseconds a cell's round trip takes, medians over the same number of cells. */
export interface CellBench {
  readonly oursMs: number;
  /** Python's own jupyter_client, straight to the kernel over ZeroMQ without a server between. */
  readonly jupyterClientMs: number;
  readonly ratio: number;
}

const rounds = 50;

const pythonBench = `
import statistics, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
times = []
for i in range(${rounds + 5}):
    began = time.perf_counter()
    client.execute_interactive('1', output_hook=lambda message: None)
    times.append((time.perf_counter() - began) * 1000)
client.stop_channels()
manager.shutdown_kernel(now=True)
print(statistics.median(times[5:]))
`;

/** Runs small cells through a session on a real server, then through jupyter_client on the same machine. */
export async function run(): Promise<CellBench> {
  const jupyter = await startJupyter();
  try {
    const path = 'bench.ipynb';
    const session = await openKernelSession({
      server: jupyter.server,
      notebook: { path, name: path, clientId: crypto.randomUUID() },
      clock: systemClock,
      logger: silentLogger,
    });
    const times: number[] = [];
    for (let i = 0; i < rounds + 5; i++) {
      const began = performance.now();
      await session.execute('1', {
        onOutput: () => undefined,
        onInputRequest: () => Promise.resolve(undefined),
      }).done;
      times.push(performance.now() - began);
    }
    await session.shutdown();
    const { stdout } = await promisify(execFile)(pythonOf('jupyter'), ['-c', pythonBench]);
    const oursMs = median(times.slice(5));
    const jupyterClientMs = Number(stdout);
    return { oursMs, jupyterClientMs, ratio: oursMs / jupyterClientMs };
  } finally {
    await jupyter.stop();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
