import assert from 'node:assert/strict';
import { parsePackages } from '../../../src/editor/launch/parse-inputs';
import { packagesBox } from '../../../src/editor/words/packages-box';
import type { Phase } from '../../../src/instances/phase';
import { gpuInstance, noon } from './example-views';

describe('The box for packages', () => {
  const boxOf = (phase: Phase, ...extraPackages: string[]) =>
    packagesBox(gpuInstance(phase, { record: { setup: { way: 'native', extraPackages } } }).record);
  const ready: Phase = { kind: 'ready', since: noon };
  const failed: Phase = { kind: 'failed', at: 'settingUp', message: 'pip', wayOut: [], since: noon };

  it('asks for what is to be added alone, and says what was added before', () => {
    const first = boxOf(ready);
    assert.deepEqual([first.title, first.value], ['Add Packages to trainer', '']);
    assert.doesNotMatch(first.prompt, /before/);
    const next = boxOf(ready, 'seaborn', 'pandas==2.1.*');
    assert.equal(next.value, '');
    assert.match(next.prompt, /Added before: seaborn pandas==2\.1\.\*\.$/);
  });

  it('gives an example that is taken as it is', () => {
    assert.deepEqual(parsePackages(boxOf(ready).placeholder), {
      ok: true,
      value: ['seaborn', 'pandas==2.2.*'],
    });
  });

  it('keeps what was added before, but for another version of the same package', () => {
    const before = ['seaborn', 'Scikit_Learn>=1.4', 'jax[cuda12]'];
    const { listWith } = boxOf(ready, ...before);
    assert.deepEqual(listWith(['pandas'], before), [...before, 'pandas']);
    assert.deepEqual(listWith(['scikit-learn==1.5', 'jax'], before), ['seaborn', 'scikit-learn==1.5', 'jax']);
  });

  it('keeps what another window has added while it was open', () => {
    assert.deepEqual(boxOf(ready).listWith(['pandas'], ['seaborn']), ['seaborn', 'pandas']);
    const { listWith } = boxOf(failed, 'pandsa', 'jax==0.4');
    assert.deepEqual(listWith(['pandas', 'jax==0.4'], ['pandsa', 'jax==0.5', 'seaborn']), [
      'jax==0.4',
      'seaborn',
      'pandas',
    ]);
  });

  it('shows the list to be corrected after a set-up that failed, and says what taking a name out does not do', () => {
    const { title, value, prompt, listWith } = boxOf(failed, 'seaborn', 'pandsa');
    assert.deepEqual([title, value], ['Packages Added to trainer', 'seaborn pandsa']);
    assert.match(prompt, /What is installed stays, also when its name is taken out\./);
    assert.deepEqual(listWith(['seaborn', 'pandas'], ['seaborn', 'pandsa']), ['seaborn', 'pandas']);
    assert.equal(boxOf(failed).title, 'Add Packages to trainer', 'there is nothing to correct');
  });
});
