import assert from 'node:assert/strict';
import {
  defaultTag,
  imageReference,
  imageTags,
  isImageTag,
  isNgcKey,
  tagCaution,
} from '../../../src/ports/container-images';

describe('the container images of the tutorial', () => {
  it('takes by default a tag that finds GPUs', () => {
    assert.equal(
      imageReference('dockerHub', defaultTag('dockerHub')),
      'tensorflow/tensorflow:2.17.0-gpu-jupyter',
    );
    assert.equal(imageReference('ngc', defaultTag('ngc')), 'nvcr.io/nvidia/tensorflow:25.02-tf2-py3');
    assert.equal(tagCaution('dockerHub', defaultTag('dockerHub')), undefined);
    assert.equal(tagCaution('ngc', defaultTag('ngc')), undefined);
  });

  it('offers the tutorial’s own tags too', () => {
    assert.ok(imageTags.dockerHub.some(({ tag }) => tag === 'latest-gpu-py3-jupyter'));
    assert.ok(imageTags.ngc.some(({ tag }) => tag === '22.06-tf2-py3'));
  });

  for (const tag of [
    'latest-gpu-jupyter',
    '2.18.0-gpu-jupyter',
    '2.21.0-gpu-jupyter',
    'nightly-gpu-jupyter',
  ]) {
    it(`warns that ${tag} finds no GPU`, () => {
      assert.match(tagCaution('dockerHub', tag) ?? '', /finds no GPU/);
    });
  }

  it('warns of a tag without GPU or without Jupyter by its name', () => {
    assert.match(tagCaution('dockerHub', '2.17.0-jupyter') ?? '', /no "gpu"/);
    assert.match(tagCaution('dockerHub', '2.17.0-gpu') ?? '', /no "jupyter"/);
    assert.equal(tagCaution('dockerHub', '2.14.0-gpu-jupyter'), undefined);
    assert.equal(tagCaution('ngc', '24.03-tf2-py3'), undefined);
  });

  it('takes as a tag what the registries take', () => {
    assert.ok(isImageTag('25.02-tf2-py3'));
    for (const bad of ['', '-x', 'a b', 'a:b', 'a/b', '$(id)', 'x'.repeat(129)])
      assert.equal(isImageTag(bad), false);
  });

  it('knows both forms of an NGC key, and nothing shorter', () => {
    assert.ok(isNgcKey(`nvapi-${'aB3_-'.repeat(13)}`));
    assert.ok(isNgcKey('bG9uZ2tleQ'.repeat(8) + 'abcd'));
    for (const bad of ['', 'nvapi-', 'nvapi-short', 'my password', `nvapi-${'a'.repeat(60)} `]) {
      assert.equal(isNgcKey(bad), false, bad);
    }
  });
});
