import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import { openKernelSession } from '../../src/jupyter';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { startJupyter } from '../instance/jupyter-server';
import { median, type Bench } from './figure';

const cells = 50;

const pythonBench = `
import statistics, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
times = []
for i in range(${cells + 5}):
    began = time.perf_counter()
    client.execute_interactive('1', output_hook=lambda message: None)
    times.append((time.perf_counter() - began) * 1000)
client.stop_channels()
manager.shutdown_kernel(now=True)
print(statistics.median(times[5:]))
`;

/** Small cells through a session on a real server, and through jupyter_client straight to its kernel, in turns. */
export const cell: Bench = {
  name: 'cell',
  run: async (rounds) => {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await sessionMs());
      const { stdout } = await promisify(execFile)(pythonOf('jupyter'), ['-c', pythonBench]);
      theirs.push(Number(stdout));
    }
    return [
      {
        name: 'Cell round trip',
        unit: 'ms',
        ours: median(ours),
        peer: { name: 'jupyter_client without a server', value: median(theirs) },
      },
    ];
  },
};

/** The median of a session's cells. */
async function sessionMs(): Promise<number> {
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
    for (let i = 0; i < cells + 5; i++) {
      const began = performance.now();
      await session.execute('1', {
        onOutput: () => undefined,
        onInputRequest: () => Promise.resolve(undefined),
      }).done;
      times.push(performance.now() - began);
    }
    await session.shutdown();
    return median(times.slice(5));
  } finally {
    await jupyter.stop();
  }
}
