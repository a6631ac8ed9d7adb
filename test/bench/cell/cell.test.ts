import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { createNotebookKernels } from '../../../src/editor/notebook';
import { createJupyterServer, openKernelSession, type JupyterServer } from '../../../src/jupyter';
import { systemClock } from '../../../src/ports/clock';
import { EventSource, type Disposable } from '../../../src/ports/disposable';
import { silentLogger } from '../../../src/ports/logger';
import { createSshConnection } from '../../../src/ssh/connection';
import { createTunnel } from '../../../src/ssh/tunnel';
import { memoryMemento, notebookText } from '../../editor/notebook-bed';
import { median } from '../figure';
import { cellRequest, requestVariable, type CellRequest, type CellTimes } from './request';

const extensionId = 'oci-gpu-lab.oci-gpu-lab';
const targetId = 'cell-bench';

describe('a cell of a notebook', function () {
  this.timeout(120_000);

  it('is timed through controller, tunnel and kernel, and without the controller', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-bench-cell-'));
    const request = v.parse(
      cellRequest,
      JSON.parse(readFileSync(process.env[requestVariable] ?? '', 'utf8')),
    );
    const opened: Disposable[] = [];
    try {
      const server = await serverThroughTunnel(request, opened);
      opened.push(offerKernel(server, folder));
      const times: CellTimes = {
        controller: await controllerMs(request, folder),
        session: await sessionMs(request, server),
      };
      writeFileSync(request.out, JSON.stringify(times));
    } finally {
      for (const part of opened.reverse()) part.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

async function serverThroughTunnel(request: CellRequest, opened: Disposable[]): Promise<JupyterServer> {
  const connection = createSshConnection({
    address: { host: '127.0.0.1', port: request.sshPort, user: 'root' },
    identity: { kind: 'key', privateKeyPem: request.privateKeyPem },
    checkHostKey: async () => true,
  });
  const tunnel = createTunnel({ connection, remotePort: request.jupyterPort, localPort: 0 });
  opened.push(connection, tunnel);
  const state = await tunnel.start();
  assert.ok(state.kind === 'up', JSON.stringify(state));
  return createJupyterServer({
    baseUrl: `http://127.0.0.1:${state.port}/`,
    token: request.token,
    logger: silentLogger,
  });
}

function offerKernel(server: JupyterServer, folder: string): Disposable {
  const target = {
    id: targetId,
    label: 'bench',
    description: '',
    detail: '',
    server: () => Promise.resolve({ kind: 'server', server } as const),
    kernelsChanged: () => undefined,
  };
  return createNotebookKernels({
    extensionId,
    targets: { current: () => [target], onDidChange: new EventSource<unknown>().event },
    memento: memoryMemento(),
    globalMemento: memoryMemento(),
    samples: vscode.Uri.file(folder),
    clock: systemClock,
    logger: silentLogger,
  });
}

/** A notebook of small cells, run one at a time as a person does it, by the editor's own command. */
async function controllerMs({ warmUps, cells }: CellRequest, folder: string): Promise<number> {
  const file = join(folder, 'bench.ipynb');
  writeFileSync(file, notebookText(...Array.from({ length: warmUps + cells }, () => '1')));
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
  const notebookEditor = await vscode.window.showNotebookDocument(notebook);
  await vscode.commands.executeCommand('notebook.selectKernel', {
    notebookEditor,
    id: `oci-gpu-lab-${targetId}`,
    extension: extensionId,
  });
  const times: number[] = [];
  for (const cell of notebook.getCells()) times.push(await timedRun(cell));
  return median(times.slice(warmUps));
}

async function timedRun(cell: vscode.NotebookCell): Promise<number> {
  const ended = endOf(cell);
  const began = performance.now();
  await vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start: cell.index, end: cell.index + 1 }],
    document: cell.notebook.uri,
  });
  const took = (await ended) - began;
  assert.equal(cell.executionSummary?.success, true);
  assert.equal(new TextDecoder().decode(cell.outputs[0]?.items[0]?.data), '1');
  return took;
}

/** Resolves with the moment at which the editor tells that the cell has ended. */
function endOf(cell: vscode.NotebookCell): Promise<number> {
  return new Promise((resolve) => {
    const listening = vscode.workspace.onDidChangeNotebookDocument(({ cellChanges }) => {
      const ends = cellChanges.some((change) => change.cell === cell && change.executionSummary?.timing);
      if (!ends) return;
      listening.dispose();
      resolve(performance.now());
    });
  });
}

async function sessionMs({ warmUps, cells }: CellRequest, server: JupyterServer): Promise<number> {
  const path = 'session.ipynb';
  const session = await openKernelSession({
    server,
    notebook: { path, name: path, clientId: crypto.randomUUID() },
    clock: systemClock,
    logger: silentLogger,
  });
  const times: number[] = [];
  for (let run = 0; run < warmUps + cells; run++) {
    const began = performance.now();
    await session.execute('1', {
      onOutput: () => undefined,
      onInputRequest: () => Promise.resolve(undefined),
    }).done;
    times.push(performance.now() - began);
  }
  await session.shutdown();
  return median(times.slice(warmUps));
}
