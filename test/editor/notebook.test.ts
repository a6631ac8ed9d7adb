import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createNotebookKernels } from '../../src/editor/notebook';
import type { KernelTarget, NotebookKernels } from '../../src/editor/notebook';
import { EventSource } from '../../src/ports/disposable';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';
import { startJupyter } from '../instance/jupyter-server';
import type { TestJupyter } from '../instance/jupyter-server';

const extensionId = 'oci-gpu-lab.oci-gpu-lab';

describe('Notebooks in the editor', function () {
  this.timeout(120_000);
  let jupyter: TestJupyter;
  let kernels: NotebookKernels;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-notebooks-'));
    jupyter = await startJupyter();
    const target: KernelTarget = {
      id: 'notebook-test',
      label: 'trainer',
      description: 'VM.GPU2.1, ready',
      detail: '',
      server: () => Promise.resolve({ kind: 'server', server: jupyter.server }),
    };
    kernels = createNotebookKernels({
      extensionId,
      targets: { current: () => [target], onDidChange: new EventSource<unknown>().event },
      memento: memoryMemento(),
      globalMemento: memoryMemento(),
      samples: vscode.Uri.file(folder),
      clock: systemClock,
      logger: silentLogger,
    });
  });
  after(async () => {
    kernels.dispose();
    await jupyter.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs these cells and gives back what the saved notebook holds. */
  async function runAll(name: string, ...cells: string[]): Promise<SavedNotebook> {
    const file = join(folder, name);
    await writeFile(file, JSON.stringify(notebookOf(cells)));
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
    const notebookEditor = await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand('notebook.selectKernel', {
      notebookEditor,
      id: 'oci-gpu-lab-notebook-test',
      extension: extensionId,
    });
    await vscode.commands.executeCommand('notebook.execute');
    await until(
      () =>
        Promise.resolve(
          notebook.getCells().every((cell) => cell.executionSummary?.timing !== undefined) || undefined,
        ),
      { what: 'the cells', limitMs: 60_000, everyMs: 50 },
    );
    await notebook.save();
    return JSON.parse(await readFile(file, 'utf8')) as SavedNotebook;
  }

  it('Run All shows streams, progress, results and figures, and saves them', async () => {
    const { cells } = await runAll(
      'run-all.ipynb',
      "for i in range(101):\n    print(f'\\r{i}%', end='')\nprint()",
      '6 * 7',
      "from IPython.display import display, JSON, HTML\ndisplay(HTML('<b>x</b>'))",
    );
    assert.deepEqual(
      cells.map(({ execution_count: count }) => count),
      [1, 2, 3],
    );
    assert.equal(textOf(cells[0]?.outputs[0]?.text), '100%\n');
    assert.equal(textOf(cells[1]?.outputs[0]?.data?.['text/plain']), '42');
    assert.equal(textOf(cells[2]?.outputs[0]?.data?.['text/html']), '<b>x</b>');
  });

  it('changes a display of an earlier cell', async () => {
    const { cells } = await runAll(
      'update.ipynb',
      "h = display('before', display_id=True)",
      "h.update('after')",
    );
    assert.equal(textOf(cells[0]?.outputs[0]?.data?.['text/plain']), "'after'");
  });

  it('shows 20,000 lines whole', async () => {
    const { cells } = await runAll('long.ipynb', 'for i in range(20000):\n    print(i)');
    assert.equal(textOf(cells[0]?.outputs[0]?.text).split('\n').length, 20_001);
  });
});

interface SavedNotebook {
  readonly cells: readonly {
    readonly execution_count: number | null;
    readonly outputs: readonly {
      readonly text?: string | readonly string[];
      readonly data?: Readonly<Record<string, string | readonly string[]>>;
    }[];
  }[];
}

function textOf(text: string | readonly string[] | undefined): string {
  return typeof text === 'string' ? text : (text ?? []).join('');
}

function notebookOf(cells: readonly string[]): unknown {
  const metadata = { language_info: { name: 'python' } };
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map((source, i) => ({
      id: `cell-${i}`,
      cell_type: 'code',
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
  };
}

function memoryMemento(): vscode.Memento {
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
