import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { generateKey } from '../../src/ssh/generate-key';
import { startJupyter } from '../instance/jupyter-server';
import { startSshDaemon } from '../instance/ssh-daemon';
import { compileSuite } from '../sandbox/editor/compile-suite';
import { runSuite } from '../sandbox/editor/run-suite';
import { cellTimes, requestVariable, type CellRequest, type CellTimes } from './cell/request';
import { median, type Bench, type Figure } from './figure';
import { forwardedCellMs } from './forwarded-kernel';

const repository = join(import.meta.dirname, '../..');
const amount = { warmUps: 5, cells: 50 };

/**
 * Small cells through notebook controller, tunnel and server in the real extension host, and through jupyter_client
 * and `ssh -L`, both through the same sshd, in turns.
 */
export const cell: Bench = { name: 'cell', run: measureCells };

async function measureCells(rounds: number): Promise<readonly Figure[]> {
  const daemon = await startSshDaemon();
  const jupyter = await startJupyter();
  try {
    const key = generateKey('bench');
    daemon.authorize(key.publicLine);
    const keyFile = join(daemon.folder, 'bench_key');
    writeFileSync(keyFile, key.privateKeyPem, { mode: 0o600 });
    const suite = await compileSuite(repository, 'test/bench/cell');
    const ours: CellTimes[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const { token, port: jupyterPort } = jupyter;
      const out = join(daemon.folder, `times-${round}.json`);
      const { privateKeyPem } = key;
      const request = { ...amount, sshPort: daemon.port, privateKeyPem, jupyterPort, token, out };
      ours.push(await editorTimes(suite, request, join(daemon.folder, 'request.json')));
      theirs.push(await forwardedCellMs(daemon, keyFile, amount));
    }
    const common = { unit: 'ms', peer: { name: 'jupyter_client through ssh -L', value: median(theirs) } };
    return [
      { ...common, name: 'Cell round trip', ours: median(ours.map(({ controller }) => controller)) },
      { ...common, name: 'Cell without the controller', ours: median(ours.map(({ session }) => session)) },
    ];
  } finally {
    await jupyter.stop();
    await daemon.stop();
  }
}

/** One round in an editor of its own. */
async function editorTimes(suite: string, request: CellRequest, requestFile: string): Promise<CellTimes> {
  writeFileSync(requestFile, JSON.stringify(request), { mode: 0o600 });
  const { failed } = await runSuite({
    extensionDir: repository,
    suite,
    env: { [requestVariable]: requestFile },
    limitMs: 180_000,
  });
  if (failed > 0) throw new Error('The cells were not timed.');
  return v.parse(cellTimes, JSON.parse(readFileSync(request.out, 'utf8')));
}
