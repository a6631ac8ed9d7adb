import assert from 'node:assert/strict';
import { verbsFor } from '../../../src/editor/commands/commands';
import { leavingWords, stopWords, terminationWords } from '../../../src/editor/words/ending';
import type { Phase } from '../../../src/instances/phase';
import type { InstanceRecord } from '../../../src/instances/record';
import { gpuInstance, noon } from './example-views';

const ready = gpuInstance({ kind: 'ready', since: noon });
const kernels = [{ id: '1', notebook: 'train.ipynb', sessionPath: 'train-1a2b3c4d.ipynb', state: 'busy' }];

describe('What is said before a machine is stopped or terminated', () => {
  it('names what runs on it, and then what it costs', () => {
    assert.match(
      stopWords(ready.record, kernels),
      /^1 kernel runs, 1 of them busy \(train\.ipynb\)\. They end with the machine: .*variables.* is billed in full/,
    );
    assert.match(
      terminationWords(ready.record, kernels, noon),
      /^1 kernel runs, 1 of them busy \(train\.ipynb\)\. .* gone for good.* This ends what it costs \(\$5\.90\/h, /,
    );
  });

  it('names no kernels where none run', () => {
    assert.doesNotMatch(stopWords(ready.record, []), /kernel/);
    assert.match(terminationWords(ready.record, [], noon), /^The machine is gone for good/);
  });

  it('says where a boot volume that is kept can be used', () => {
    assert.match(
      terminationWords(ready.record, [], noon),
      /kept one can be .* in the OCI console, not from here/,
    );
  });
});

describe('An adopted instance', () => {
  const adopted = (phase: Phase, ssh: Partial<InstanceRecord['ssh']> = {}) => {
    const { record } = ready;
    if (record.origin.kind !== 'oci') throw new Error('not an instance');
    const origin = { ...record.origin, foundBy: 'adoption' as const };
    return gpuInstance(phase, { record: { origin, ssh: { ...record.ssh, ...ssh } } });
  };
  const resting: readonly Phase[] = [
    { kind: 'ready', since: noon },
    { kind: 'notSetUp' },
    { kind: 'stopped', since: noon },
    { kind: 'failed', at: 'connecting', message: 'no', wayOut: ['retry'], since: noon },
  ];
  for (const phase of resting) {
    it(`can be removed from the list while it is ${phase.kind}, which one that was launched here cannot`, () => {
      assert.ok(verbsFor(adopted(phase)).includes('forgetInstance'));
      assert.ok(!verbsFor(gpuInstance(phase)).includes('forgetInstance'));
    });
  }

  it('is not removed while something is done with it', () => {
    assert.ok(!verbsFor(adopted({ kind: 'stopping', since: noon })).includes('forgetInstance'));
  });

  it('stays in the cloud when it leaves the list, which is said, with the key that goes', () => {
    const { record } = adopted({ kind: 'notSetUp' });
    assert.match(leavingWords(record) ?? '', /^The instance stays in the cloud as it is, and is billed/);
    const pasted = adopted({ kind: 'notSetUp' }, { key: { kind: 'secret', secretKey: 'k' } });
    assert.match(leavingWords(pasted.record) ?? '', /key that opens it is deleted here\.$/);
  });

  it('is not said to stay once it is terminated', () => {
    assert.equal(leavingWords(adopted({ kind: 'terminated', since: noon }).record), undefined);
  });
});
