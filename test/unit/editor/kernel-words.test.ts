import assert from 'node:assert/strict';
import { busyKernelWords, restartWords } from '../../../src/editor/words/kernels';

const kernelOf = (name: string, state: string) => ({
  id: `kernel of ${name}`,
  notebook: `${name}.ipynb`,
  sessionPath: `${name}-1a2b3c4d.ipynb`,
  state,
});

describe('What a restart of JupyterLab ends', () => {
  it('is nothing when no kernel runs, so nobody is asked', () => {
    assert.equal(restartWords([]), undefined);
  });

  it('is said with how many kernels run, and which are busy', () => {
    const words = restartWords([kernelOf('train', 'busy'), kernelOf('num_gpu', 'idle')]);
    assert.match(words ?? '', /^2 kernels run, 1 of them busy \(train\.ipynb\)\. JupyterLab is restarted/);
  });

  it('is variables too, when all are idle', () => {
    const words = restartWords([kernelOf('num_gpu', 'idle')]);
    assert.match(words ?? '', /^1 kernel runs, none of them busy\. .* variables are lost/);
  });
});

describe('A kernel that is restarted or shut down', () => {
  const kernels = [kernelOf('train', 'busy'), kernelOf('num_gpu', 'idle')];

  it('is asked about while it runs a cell, by its row or from its notebook’s toolbar', () => {
    const words = 'train.ipynb is running: its cell ends, and all variables are lost.';
    assert.equal(busyKernelWords(kernels, { kernelId: 'kernel of train' }), words);
    assert.equal(busyKernelWords(kernels, { sessionPath: 'train-1a2b3c4d.ipynb' }), words);
  });

  it('is not asked about when it is idle, or when another one runs', () => {
    assert.equal(busyKernelWords(kernels, { kernelId: 'kernel of num_gpu' }), undefined);
    assert.equal(busyKernelWords(kernels, { sessionPath: 'num_gpu-1a2b3c4d.ipynb' }), undefined);
    assert.equal(busyKernelWords(kernels, { sessionPath: undefined }), undefined);
  });

  it('is not asked about when a notebook of the same name in another folder runs', () => {
    const idle = { ...kernelOf('train', 'idle'), id: 'other', sessionPath: 'train-99999999.ipynb' };
    const both = [...kernels, idle];
    assert.equal(busyKernelWords(both, { sessionPath: idle.sessionPath }), undefined);
    assert.notEqual(busyKernelWords(both, { sessionPath: 'train-1a2b3c4d.ipynb' }), undefined);
  });
});
