import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createNotebookKernels } from '../../src/editor/notebook';
import type { NotebookKernels } from '../../src/editor/notebook';
import { createJupyterServer } from '../../src/jupyter';
import type { JupyterServer } from '../../src/jupyter';
import { systemClock } from '../../src/ports/clock';
import { EventSource } from '../../src/ports/disposable';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';
import { startJupyter, startProxy } from '../instance/jupyter-server';
import type { Proxy, TestJupyter } from '../instance/jupyter-server';

const extensionId = 'oci-gpu-lab.oci-gpu-lab';

/** The notebook surface over a real Jupyter Server, which it reaches through a proxy that tests can cut. */
export interface NotebookBed {
  readonly jupyter: TestJupyter;
  readonly proxy: Proxy;
  readonly server: JupyterServer;
  /** How often the surface has told that kernels were started or ended. */
  readonly kernelChanges: number;
  /** Whether the instance's tunnel is up. */
  setReady(isReady: boolean): void;
  /**
   * What a reload of the window does to this surface: it ends, and begins anew with what was kept.
   * @param running the cell whose run ends here; one window allows no second run of it before
   */
  reload(running: vscode.NotebookCell): Promise<void>;
  readonly kernels: NotebookKernels;
  /** Holds the notebooks, and the packaged samples of this surface. */
  readonly folder: string;
  /** Opens a notebook with these cells and the bed's kernel chosen. */
  open(name: string, ...cells: string[]): Promise<vscode.NotebookDocument>;
  /** Run All. @returns what the saved notebook holds when all cells have ended */
  runAll(notebook: vscode.NotebookDocument): Promise<SavedNotebook>;
  stop(): Promise<void>;
}

/** @param targetId unique to the bed: the controller's id is made from it */
export async function startNotebookBed(targetId: string): Promise<NotebookBed> {
  const folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-notebooks-'));
  const jupyter = await startJupyter();
  const proxy = await startProxy(jupyter.port);
  const server = createJupyterServer({
    baseUrl: proxy.baseUrl,
    token: jupyter.token,
    logger: silentLogger,
  });
  const target = {
    id: targetId,
    label: 'trainer',
    description: 'VM.GPU2.1, ready',
    detail: '',
    server: () =>
      Promise.resolve(
        isReady
          ? ({ kind: 'server', server } as const)
          : ({ kind: 'notReady', reason: 'The tunnel is down.', actions: [] } as const),
      ),
    kernelsChanged: () => {
      kernelChanges++;
    },
  };
  let isReady = true;
  let kernelChanges = 0;
  const changes = new EventSource<unknown>();
  const memento = memoryMemento();
  const start = () =>
    createNotebookKernels({
      extensionId,
      targets: { current: () => [target], onDidChange: changes.event },
      memento,
      globalMemento: memoryMemento(),
      samples: vscode.Uri.file(folder),
      clock: systemClock,
      logger: silentLogger,
    });
  let kernels = start();
  return {
    jupyter,
    proxy,
    server,
    get kernelChanges() {
      return kernelChanges;
    },
    setReady: (now) => {
      isReady = now;
      changes.fire(undefined);
    },
    reload: async (running) => {
      kernels.dispose();
      await waitFor('the end of its run here', () => running.executionSummary?.timing !== undefined);
      kernels = start();
    },
    get kernels() {
      return kernels;
    },
    folder,
    async open(name, ...cells) {
      const file = join(folder, name);
      await writeFile(file, notebookText(...cells));
      const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
      const notebookEditor = await vscode.window.showNotebookDocument(notebook);
      await vscode.commands.executeCommand('notebook.selectKernel', {
        notebookEditor,
        id: `oci-gpu-lab-${targetId}`,
        extension: extensionId,
      });
      return notebook;
    },
    async runAll(notebook) {
      await vscode.commands.executeCommand('notebook.execute');
      await allEnded(notebook);
      await notebook.save();
      return JSON.parse(await readFile(notebook.uri.fsPath, 'utf8')) as SavedNotebook;
    },
    async stop() {
      kernels.dispose();
      await proxy.stop();
      await jupyter.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until every cell has ended its run. */
export function allEnded(notebook: vscode.NotebookDocument): Promise<unknown> {
  return waitFor('the cells', () =>
    notebook.getCells().every((cell) => cell.executionSummary?.timing !== undefined),
  );
}

/** Looks every 50 ms for up to a minute. */
export function waitFor(what: string, holds: () => boolean): Promise<unknown> {
  return until(() => Promise.resolve(holds() || undefined), { what, limitMs: 60_000, everyMs: 50 });
}

/** What a cell shows, as text: of streams, results and errors. */
export function shownText(cell: vscode.NotebookCell): string {
  const parts = cell.outputs.flatMap(({ items }) => items.slice(0, 1));
  return parts.map(({ data }) => new TextDecoder().decode(data)).join('');
}

/** A saved notebook, as far as tests look at it. */
export interface SavedNotebook {
  readonly cells: readonly {
    readonly execution_count: number | null;
    readonly outputs: readonly {
      readonly text?: string | readonly string[];
      readonly data?: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

/** The text of an `.ipynb` file with these code cells. */
export function notebookText(...cells: readonly string[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: 'python' } },
    cells: cells.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
  });
}

/** Keeps what it is given as long as it lives. */
export function memoryMemento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, absent?: unknown) => values.get(key) ?? absent,
    update: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}
