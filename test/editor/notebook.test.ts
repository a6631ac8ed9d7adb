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

  it('Run All shows streams, progress and results, and saves them', async () => {
    const { cells } = await runAll(
      'run-all.ipynb',
      "for i in range(101):\n    print(f'\\r{i}%', end='')\nprint()",
      '6 * 7',
    );
    assert.deepEqual(
      cells.map(({ execution_count: count }) => count),
      [1, 2],
    );
    assert.equal(textOf(cells[0]?.outputs[0]?.text), '100%\n');
    assert.equal(textOf(cells[1]?.outputs[0]?.data?.['text/plain']), '42');
  });

  it('shows figures, pictures, HTML, JSON and LaTeX in the forms that the editor draws, and saves them', async () => {
    const notebook = await bed.open(
      'rich.ipynb',
      `import base64
from IPython.display import HTML, JSON, SVG, Image, Latex, display
display(Image(data=base64.b64decode('${onePixel}')), SVG(data='${svg}'))
display(HTML('<b>bold</b>'), JSON({'a': [1, 2]}), Latex('$x^2$'))`,
      'import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()',
    );
    const { cells } = await bed.runAll(notebook);
    const [rich, figure] = notebook.getCells().map(({ outputs }) => outputs.map(({ items }) => items));
    assert.deepEqual(
      rich?.map((items) => items.map(({ mime }) => mime)),
      [
        ['image/png', 'text/plain'],
        ['image/svg+xml', 'text/plain'],
        ['text/html', 'text/plain'],
        // The editor draws the first of these two; every other program reads the second.
        ['text/x-json', 'application/json', 'text/plain'],
        ['text/latex', 'text/plain'],
      ],
    );
    const [png, drawing, html, json, latex] = rich.map(([first]) => Buffer.from(first?.data ?? []));
    assert.equal(png?.toString('base64'), onePixel);
    assert.equal(drawing?.toString(), svg);
    assert.equal(html?.toString(), '<b>bold</b>');
    assert.deepEqual(JSON.parse(json?.toString() ?? ''), { a: [1, 2] });
    assert.equal(latex?.toString(), '$x^2$');
    const saved = cells[0]?.outputs.map(({ data }) => data ?? {}) ?? [];
    assert.equal(textOf(saved[0]?.['image/png']).trim(), onePixel);
    assert.equal(textOf(saved[1]?.['image/svg+xml']), svg);
    assert.equal(textOf(saved[2]?.['text/html']), '<b>bold</b>');
    assert.deepEqual(saved[3]?.['application/json'], { a: [1, 2] });
    assert.equal(textOf(saved[4]?.['text/latex']), '$x^2$');
    const plot = Buffer.from(figure?.[0]?.[0]?.data ?? []);
    assert.equal(plot.subarray(1, 4).toString(), 'PNG');
    assert.equal(textOf(cells[1]?.outputs[0]?.data?.['image/png']).trim(), plot.toString('base64'));
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

/** A text of the notebook format: whole, or as a list of lines. */
function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join('') : String(text);
}

const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const svg = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>';
