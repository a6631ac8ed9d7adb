import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NotebookBed } from './notebook-bed';
import { shownText, startNotebookBed, waitFor } from './notebook-bed';

/** Runs cells as a click beside one does; not waited for: the command ends with the last of them. */
function run(notebook: vscode.NotebookDocument, start: number, end = start + 1): void {
  void vscode.commands.executeCommand('notebook.cell.execute', {
    ranges: [{ start, end }],
    document: notebook.uri,
  });
}

describe('Cells that wait, move or print late', function () {
  this.timeout(70_000);
  const target = 'cells-test';
  let bed: NotebookBed;

  before(async () => {
    bed = await startNotebookBed(target);
  });
  after(() => bed.stop());

  const sleeping = "import time\nprint('here', flush=True)\ntime.sleep(60)";

  it('that were asked for before a restart do not run in the fresh kernel', async () => {
    const notebook = await bed.open('queued.ipynb', sleeping, "print('ran')", "print('after')");
    run(notebook, 0);
    await waitFor('the first cell', () => shownText(notebook.cellAt(0)) !== '');
    run(notebook, 1);
    await bed.kernels.restartKernel(target, { notebook: notebook.uri });
    await waitFor('its end', () => /was restarted/.test(shownText(notebook.cellAt(0))));
    run(notebook, 2);
    await waitFor('the third cell', () => /after/.test(shownText(notebook.cellAt(2))));
    assert.equal(shownText(notebook.cellAt(1)), '');
    assert.equal(notebook.cellAt(2).executionSummary?.executionOrder, 1);
  });

  it('that ask for input close their box when the kernel is restarted, and the next run is left alone', async () => {
    const notebook = await bed.open(
      'box.ipynb',
      "input('Nobody answers this: ')",
      "import time\ntime.sleep(1)\nprint('whole')",
    );
    run(notebook, 0);
    await waitFor('the question', () => notebook.cellAt(0).executionSummary?.executionOrder === 1);
    await bed.kernels.restartKernel(target, { notebook: notebook.uri });
    run(notebook, 1);
    await waitFor('the next run', () => notebook.cellAt(1).executionSummary?.executionOrder === 1);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await waitFor('its end', () => notebook.cellAt(1).executionSummary?.timing !== undefined);
    assert.equal(shownText(notebook.cellAt(1)), 'whole\n');
  });

  it('go on showing their output while a thread of an ended cell changes a display of theirs', async () => {
    const thread = [
      'import threading, time',
      'from IPython.display import display',
      'kernel = get_ipython().kernel',
      'parent = kernel.get_parent()',
      'shown = threading.Event()',
      'def update():',
      '    shown.wait()',
      '    for i in range(20):',
      "        content = {'data': {'text/plain': f'late {i}'}, 'metadata': {}, 'transient': {'display_id': 'shared'}}",
      "        kernel.session.send(kernel.iopub_socket, 'update_display_data', content, parent=parent, ident=kernel._topic('display_data'))",
      '        time.sleep(0.05)',
      'threading.Thread(target=update).start()',
    ].join('\n');
    const showing = "display('first', display_id='shared')\nshown.set()\ntime.sleep(2)\nprint('and last')";
    const notebook = await bed.open('shared.ipynb', thread, showing);
    run(notebook, 0);
    run(notebook, 1);
    const cell = notebook.cellAt(1);
    await waitFor('its end', () => cell.executionSummary?.timing !== undefined);
    assert.match(shownText(cell), /late 19[^]*and last/);
  });

  it('run anew while a thread of their last run still prints', async () => {
    const printing =
      "import threading, time\ndef late():\n    for i in range(20):\n        time.sleep(0.05)\n        print('late', flush=True)\nthreading.Thread(target=late).start()\nprint('begun')";
    const notebook = await bed.open('late.ipynb', printing);
    const cell = notebook.cellAt(0);
    const number = () => cell.executionSummary?.executionOrder ?? 0;
    for (let runs = 0; runs < 3; runs++) {
      const before = number();
      // A click in the moment in which late output is shown is not taken.
      const clicking = setInterval(() => run(notebook, 0), 300);
      await waitFor('the next run', () => number() > before).finally(() => clearInterval(clicking));
      await waitFor('late output', () => shownText(cell).includes('late'));
    }
    // A thread of the run before may print first.
    assert.match(shownText(cell), /begun/);
  });

  it('are followed in their own place after a reload, though others were put above', async () => {
    const notebook = await bed.open(
      'moved.ipynb',
      'import time\nfor i in range(100):\n    print(i, flush=True)\n    time.sleep(0.1)',
    );
    run(notebook, 0);
    await waitFor('its output', () => shownText(notebook.cellAt(0)) !== '');
    const edit = new vscode.WorkspaceEdit();
    const above = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, '# above', 'python');
    edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(0, [above])]);
    await vscode.workspace.applyEdit(edit);
    await bed.reload(notebook.cellAt(1));
    await waitFor('the last number', () => /\n99\n/.test(shownText(notebook.cellAt(1))));
    assert.equal(shownText(notebook.cellAt(0)), '');
  });
});
