import assert from 'node:assert/strict';
import { goodEnd } from '../../../src/editor/commands/good-end';
import { gpuInstance, noon } from './example-views';

describe('The end of long work', () => {
  it('is told as ready, with a notebook to begin with', () => {
    const end = goodEnd(gpuInstance({ kind: 'ready', since: noon }).record);
    assert.equal(end?.message, 'trainer is ready.');
    assert.deepEqual(
      end.actions.map(({ command }) => command),
      ['ociGpu.openSampleNotebook'],
    );
  });

  it('is told with the whole warning, and Set Up Again, which a ready instance offers in the place of Retry', () => {
    const end = goodEnd(gpuInstance({ kind: 'ready', since: noon, warning: 'One GPU is missing.' }).record);
    assert.equal(end?.message, 'trainer is ready, with a warning. One GPU is missing.');
    assert.ok(end.isWarning);
    assert.ok(end.actions.some(({ command }) => command === 'ociGpu.setUpInstance'));
  });

  it('is told where nothing is set up, as after adopting an instance', () => {
    const end = goodEnd(gpuInstance({ kind: 'notSetUp' }).record);
    assert.match(end?.message ?? '', /^trainer can be reached/);
    assert.equal(end?.actions[0]?.command, 'ociGpu.setUpInstance');
  });

  it('is not told where nobody waits for it', () => {
    assert.equal(goodEnd(gpuInstance({ kind: 'stopped', since: noon }).record), undefined);
  });
});
