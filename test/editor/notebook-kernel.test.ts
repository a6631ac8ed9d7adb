import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../../src/waiting/until';
import type { NotebookBed } from './notebook-bed';
import { allEnded, notebookText, shownText, startNotebookBed, waitFor } from './notebook-bed';
import { typedAnswers } from './typed-answers';

/** Run All, not waited for: the command ends with the last cell. */
function beginAll(): void {
  void vscode.commands.executeCommand('notebook.execute');
}

describe("A notebook's kernel in the editor", function () {
  this.timeout(70_000);
  let bed: NotebookBed;

  before(async () => {
    bed = await startNotebookBed('kernel-test');
  });
  after(() => bed.stop());

  /** Starts Run All and waits until the first cell has printed something. */
  const startAll = async (name: string, ...cells: string[]) => {
    const notebook = await bed.open(name, ...cells);
    beginAll();
    await waitFor('the first cell', () => shownText(notebook.cellAt(0)) !== '');
    return notebook;
  };

  it('is interrupted by the stop button, and the cells below do not run', async () => {
    const notebook = await startAll(
      'interrupt.ipynb',
      "import time\nprint('here', flush=True)\ntime.sleep(60)",
      '1 + 1',
    );
    await vscode.commands.executeCommand('notebook.cancelExecution');
    const [first, second] = notebook.getCells();
    assert.ok(first && second);
    await waitFor('the interrupt', () => first.executionSummary?.success === false);
    assert.match(shownText(first), /KeyboardInterrupt/);
    assert.equal(second.executionSummary?.executionOrder, undefined);
  });

  it('is restarted while a cell runs: the cell says so, and the variables are gone', async () => {
    const notebook = await startAll(
      'restart.ipynb',
      "import time\nkept = 1\nprint('here', flush=True)\ntime.sleep(60)",
    );
    const cell = notebook.cellAt(0);
    assert.equal(bed.kernels.instanceOf(notebook.uri), 'kernel-test');
    const sessionPath = bed.kernels.sessionPathOf('kernel-test', notebook.uri);
    const itsSessions = (await bed.server.sessions()).filter(({ path }) => path === sessionPath);
    assert.deepEqual(
      itsSessions.map(({ name }) => name),
      ['restart.ipynb'],
    );
    await bed.kernels.restartKernel('kernel-test', { notebook: notebook.uri });
    await waitFor('the end of the cell', () => /The kernel was restarted/.test(shownText(cell)));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(cell.document.uri, new vscode.Range(0, 0, 9, 0), 'kept');
    await vscode.workspace.applyEdit(edit);
    beginAll();
    await waitFor('the second run', () => /NameError/.test(shownText(cell)));
  });

  it('is shut down: its memory is free, and the next cell starts a new one; each is told', async () => {
    const { kernelChanges: before } = bed;
    const notebook = await startAll('shutdown.ipynb', "print('a kernel')");
    assert.equal(bed.kernelChanges, before + 1);
    const running = async () => {
      const { server } = bed;
      return (await server.sessions()).filter(({ name }) => name === 'shutdown.ipynb').length;
    };
    assert.equal(await running(), 1);
    await bed.kernels.shutDownKernel('kernel-test', { notebook: notebook.uri });
    assert.equal(await running(), 0);
    assert.equal(bed.kernelChanges, before + 2);
    beginAll();
    const what = 'the second kernel';
    await until(async () => (await running()) === 1 || undefined, { what, limitMs: 30_000, everyMs: 100 });
  });

  it('completes what its variables have', async () => {
    const notebook = await bed.open('complete.ipynb', 'import math', 'math.flo');
    void vscode.commands.executeCommand('notebook.cell.execute', {
      ranges: [{ start: 0, end: 1 }],
      document: notebook.uri,
    });
    await waitFor('the import', () => notebook.cellAt(0).executionSummary?.success === true);
    const { document } = notebook.cellAt(1);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(0, 'math.flo'.length),
      '.',
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.ok(
      labels.some((label) => label.endsWith('floor')),
      labels.join(', '),
    );
  });

  it('gets what the person types for input() and, into a box that hides it, for getpass()', async function () {
    // There nobody types beside the suite.
    if (vscode.env.uiKind === vscode.UIKind.Desktop) this.skip();
    const asking = "from getpass import getpass\nprint([input('Name: '), getpass('Key: ')])";
    const notebook = await bed.open('input.ipynb', asking);
    beginAll();
    await allEnded(notebook);
    const [name, key] = typedAnswers.map(({ text }) => text);
    assert.equal(shownText(notebook.cellAt(0)), `['${name}', '${key}']\n`);
  });

  it('gets an empty line when the person types nothing at input()', async () => {
    const notebook = await bed.open('empty.ipynb', "print('got', repr(input('Anything? ')))");
    beginAll();
    const answering = setInterval(
      () => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'),
      200,
    );
    await allEnded(notebook).finally(() => clearInterval(answering));
    assert.equal(shownText(notebook.cellAt(0)), "got ''\n");
  });

  it('is interrupted when the person presses Escape at input()', async () => {
    const notebook = await bed.open('escape.ipynb', "input('Escape this: ')");
    beginAll();
    const refusing = setInterval(
      () => void vscode.commands.executeCommand('workbench.action.closeQuickOpen'),
      200,
    );
    await allEnded(notebook).finally(() => clearInterval(refusing));
    assert.match(shownText(notebook.cellAt(0)), /KeyboardInterrupt/);
  });

  it('is found again when the connection drops, and the cell says that output may be missing', async () => {
    const notebook = await startAll(
      'drop.ipynb',
      'import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.1)',
    );
    bed.proxy.reset();
    await allEnded(notebook);
    const cell = notebook.cellAt(0);
    assert.equal(cell.executionSummary?.success, true);
    assert.match(shownText(cell), /\n29\nThe connection dropped while this cell ran: some of its output may/);
  });

  it('is found again after a reload, once the tunnel is up, and the running cell goes on', async () => {
    const enough = join(bed.folder, 'enough');
    const notebook = await startAll(
      'reload.ipynb',
      `import itertools, os, time\nfor i in itertools.count():\n    print(i, flush=True)\n    time.sleep(0.1)\n    if os.path.exists(${JSON.stringify(enough)}): break\nprint('the end')`,
    );
    const cell = notebook.cellAt(0);
    bed.setReady(false);
    await bed.reload(cell);
    await waitFor('the kernel to be chosen', () => bed.kernels.instanceOf(notebook.uri) !== undefined);
    // What the window had received before may still be written: only much later numbers are new.
    const lastNumber = () => Number(/(\d+)\n$/.exec(shownText(cell))?.[1]);
    const before = lastNumber();
    bed.setReady(true);
    await waitFor('output again', () => lastNumber() > before + 20);
    await writeFile(enough, '');
    await waitFor('the end of the cell', () => /\nthe end\n/.test(shownText(cell)));
    await waitFor('the note', () => /some of its output may be missing/.test(shownText(cell)));
  });

  it('is chosen for a sample notebook, and still when that is closed and opened again', async () => {
    const sample = `sample-${crypto.randomUUID()}.ipynb`;
    await writeFile(join(bed.folder, sample), notebookText("print('ran')"));
    const open = async () => {
      await bed.kernels.openSample('kernel-test', sample);
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      assert.ok(notebook);
      return notebook;
    };
    const first = await open();
    const copy = first.uri;
    assert.notEqual(copy.fsPath, join(bed.folder, sample));
    await bed.runAll(first);
    assert.equal(shownText(first.cellAt(0)), 'ran\n');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    // From here on no kernel is chosen: the editor remembers it for the file.
    const again = await vscode.workspace.openNotebookDocument(copy);
    await vscode.window.showNotebookDocument(again);
    beginAll();
    await waitFor('its second run', () => again.cellAt(0).executionSummary?.executionOrder === 2);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await vscode.workspace.fs.delete(copy);
  });
});
