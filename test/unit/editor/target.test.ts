import assert from 'node:assert/strict';
import { fieldOf, idIn, notebookIn } from '../../../src/editor/commands/target';

describe('What a command is called on', () => {
  it('is a row of the tree, or an id', () => {
    assert.equal(idIn('launch-1'), 'launch-1');
    const row = { kind: 'kernel', id: 'launch-1', kernelId: 'k' };
    assert.deepEqual([idIn(row), fieldOf(row, 'kernelId'), notebookIn(row)], ['launch-1', 'k', undefined]);
  });

  it('is the notebook whose toolbar has the button, which has no id', () => {
    const notebookUri = { $mid: 1, scheme: 'file', authority: '', path: '/home/me/num_gpu.ipynb' };
    const toolbar = { ui: true, source: 'notebookToolbar', notebookEditor: { notebookUri } };
    assert.equal(idIn(toolbar), undefined);
    const { scheme, authority, path } = notebookUri;
    assert.deepEqual(notebookIn(toolbar), { scheme, authority, path });
  });

  it('is nothing in the palette', () => {
    assert.deepEqual(
      [idIn(undefined), notebookIn(undefined), fieldOf(undefined, 'file')],
      Array(3).fill(undefined),
    );
  });
});
