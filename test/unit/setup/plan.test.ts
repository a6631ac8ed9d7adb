import assert from 'node:assert/strict';
import { isPackageRequirement } from '../../../src/ports/package-requirement';
import { planFile, type SetupPlan } from '../../../src/setup/plan';

const plan: SetupPlan = {
  way: 'native',
  user: 'opc',
  gpus: { count: 2, name: 'Tesla V100' },
  tensorflow: 'cuda',
  extraPackages: ['pandas', 'scikit-learn>=1.5'],
};

describe('the plan as the scripts read it', () => {
  it('is one line a value', () => {
    assert.equal(
      planFile(plan),
      'user=opc\ngpu_count=2\ngpu_name=Tesla V100\ntensorflow=cuda\nextras=pandas scikit-learn>=1.5\nport=8888\n',
    );
  });

  it('takes the CPU build when the sandbox asks for it, and still expects the GPUs', () => {
    const text = planFile({ ...plan, sandbox: { cpuTensorflow: true } });
    assert.match(text, /tensorflow=cpu\n/);
    assert.match(text, /gpu_count=2\n/);
  });

  it('names the image of a way with a container, by its default tag or the chosen one', () => {
    assert.match(planFile({ ...plan, way: 'ngc' }), /\nimage=nvcr\.io\/nvidia\/tensorflow:25\.02-tf2-py3\n/);
    const chosen = planFile({ ...plan, way: 'dockerHub', containerTag: 'latest-gpu-jupyter' });
    assert.match(chosen, /\nimage=tensorflow\/tensorflow:latest-gpu-jupyter\nimage_note=\S.*no GPU/);
    assert.throws(() => planFile({ ...plan, way: 'ngc', containerTag: 'a b' }), /not a tag/);
  });

  it('names the mirrors that the person has set, and refuses what is no address', () => {
    const mirrors = { docker: 'https://mirror.example/docker' };
    assert.match(planFile({ ...plan, mirrors }), /\ndocker_repository=https:\/\/mirror\.example\/docker\n/);
    assert.throws(() => planFile({ ...plan, mirrors: { nvidia: '$(id)' } }), /not an address/);
  });

  for (const bad of ['pandas; reboot', '--index-url=http://x', '$(id)', 'a\nuser=root', '']) {
    it(`refuses ${JSON.stringify(bad)} as a package`, () => {
      assert.equal(isPackageRequirement(bad), false);
      assert.throws(() => planFile({ ...plan, extraPackages: [bad] }), /not a package name/);
    });
  }

  it('refuses a value that would make a line of its own', () => {
    assert.throws(() => planFile({ ...plan, gpus: { count: 1, name: 'x\nuser=root' } }), /line break/);
  });
});
