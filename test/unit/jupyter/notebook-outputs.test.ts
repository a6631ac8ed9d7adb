import assert from 'node:assert/strict';
import type { OutputEvent } from '../../../src/jupyter/kernel-events';
import type { NotebookOutput } from '../../../src/jupyter/output-types';
import { createNotebookOutputs } from '../../../src/jupyter/notebook-outputs';

const show = (text: string, displayId: string): OutputEvent => ({
  kind: 'display',
  data: { 'text/plain': text },
  metadata: {},
  displayId,
});
const update = (text: string, displayId: string): OutputEvent => ({
  kind: 'update',
  data: { 'text/plain': text },
  metadata: {},
  displayId,
});
const textOf = (outputs: readonly NotebookOutput[]) =>
  outputs.map((output) => ('data' in output ? output.data['text/plain'] : output.output_type));

describe("a notebook's outputs", () => {
  it('changes a display from another cell, and names the cell that has it', () => {
    const notebook = createNotebookOutputs<string>();
    const first = notebook.begin('first');
    notebook.begin('second');
    notebook.apply('first', show('before', 'x'));
    assert.deepEqual(notebook.apply('second', update('after', 'x')), ['first']);
    assert.deepEqual(textOf(first.toNotebook()), ['after']);
  });

  it('changes all displays of one id, in whatever cell', () => {
    const notebook = createNotebookOutputs<string>();
    const first = notebook.begin('first');
    const second = notebook.begin('second');
    notebook.apply('first', show('1', 'x'));
    assert.deepEqual(notebook.apply('second', show('2', 'x')), ['first']);
    assert.deepEqual([...textOf(first.toNotebook()), ...textOf(second.toNotebook())], ['2', '2']);
  });

  it('does not change what a cell showed in an earlier run', () => {
    const notebook = createNotebookOutputs<string>();
    notebook.begin('first');
    notebook.apply('first', show('1', 'x'));
    notebook.begin('first');
    assert.deepEqual(notebook.apply('second', update('2', 'x')), []);
  });

  it('does not look for a deleted cell', () => {
    const notebook = createNotebookOutputs<string>();
    notebook.begin('first');
    notebook.apply('first', show('1', 'x'));
    notebook.forget('first');
    assert.deepEqual(notebook.apply('second', update('2', 'x')), []);
  });
});
