import assert from 'node:assert/strict';
import { busyKernelWords, restartWords } from '../../../src/editor/words/kernels';

describe('What a restart of JupyterLab ends', () => {
  it('is nothing when no kernel runs, so nobody is asked', () => {
    assert.equal(restartWords([]), undefined);
  });

  it('is said with how many kernels run, and which are busy', () => {
    const words = restartWords([
      { id: '1', notebook: 'train.ipynb', state: 'busy' },
      { id: '2', notebook: 'num_gpu.ipynb', state: 'idle' },
    ]);
    assert.match(words ?? '', /^2 kernels run, 1 of them busy \(train\.ipynb\)\. JupyterLab is restarted/);
  });

  it('is variables too, when all are idle', () => {
    const words = restartWords([{ id: '2', notebook: 'num_gpu.ipynb', state: 'idle' }]);
    assert.match(words ?? '', /^1 kernel runs, none of them busy\. .* variables are lost/);
  });
});

describe('A kernel that is restarted or shut down', () => {
  const kernels = [
    { id: '1', notebook: 'train.ipynb', state: 'busy' },
    { id: '2', notebook: 'num_gpu.ipynb', state: 'idle' },
  ];

  it('is asked about while it runs a cell, by its row or from its notebook’s toolbar', () => {
    const words = 'train.ipynb is running: its cell ends, and all variables are lost.';
    assert.equal(busyKernelWords(kernels, { kernelId: '1' }), words);
    assert.equal(busyKernelWords(kernels, { notebookPath: '/home/me/train.ipynb' }), words);
  });

  it('is not asked about when it is idle, or when another one runs', () => {
    assert.equal(busyKernelWords(kernels, { kernelId: '2' }), undefined);
    assert.equal(busyKernelWords(kernels, { notebookPath: '/home/me/num_gpu.ipynb' }), undefined);
    assert.equal(busyKernelWords(kernels, { notebookPath: '/home/me/pretrain.ipynb' }), undefined);
  });
});
