import assert from 'node:assert/strict';
import { restartWords } from '../../../src/editor/words/kernels';

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
