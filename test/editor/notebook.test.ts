import assert from 'node:assert/strict';
import type { NotebookBed } from './notebook-bed';
import { shownText, startNotebookBed, waitFor } from './notebook-bed';

describe('Notebooks in the editor', function () {
  this.timeout(120_000);
  let bed: NotebookBed;

  before(async () => {
    bed = await startNotebookBed('notebook-test');
  });
  after(() => bed.stop());

  const runAll = async (name: string, ...cells: string[]) => bed.runAll(await bed.open(name, ...cells));

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

  it('changes displays of earlier cells, all that have the id', async () => {
    const { cells } = await runAll(
      'update.ipynb',
      "h = display('before', display_id='shared')",
      "display('before', display_id='shared');",
      "h.update('after')",
    );
    assert.equal(textOf(cells[0]?.outputs[0]?.data?.['text/plain']), "'after'");
    assert.equal(textOf(cells[1]?.outputs[0]?.data?.['text/plain']), "'after'");
  });

  it('shows 20,000 lines whole', async () => {
    const { cells } = await runAll('long.ipynb', 'for i in range(20000):\n    print(i)');
    assert.equal(textOf(cells[0]?.outputs[0]?.text).split('\n').length, 20_001);
  });

  it('shows what a thread prints after its cell has ended, and leaves number and mark as they were', async () => {
    const notebook = await bed.open(
      'late.ipynb',
      "import threading\nthreading.Timer(1, lambda: print('late', flush=True)).start()\nprint('first')",
    );
    await bed.runAll(notebook);
    const cell = notebook.cellAt(0);
    await waitFor('the late output', () => shownText(cell) === 'first\nlate\n');
    await waitFor('the end of its writing', () => cell.executionSummary?.success === true);
    assert.equal(cell.executionSummary?.executionOrder, 1);
  });
});

function textOf(text: string | readonly string[] | undefined): string {
  return typeof text === 'string' ? text : (text ?? []).join('');
}
