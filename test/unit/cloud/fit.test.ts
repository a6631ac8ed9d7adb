import assert from 'node:assert/strict';
import { fitOf, shapeProblem, type FittingImage } from '../../../src/cloud/fit';
import type { GpuArchitecture } from '../../../src/cloud/types';

const gpu = (gpuArchitecture: GpuArchitecture) => ({ cpu: 'x86', gpus: 1, gpuArchitecture }) as const;
const cpu = { cpu: 'x86', gpus: 0 } as const;
const oracleLinux9: FittingImage = { family: 'oracleLinux9', hasGpuDriver: true, isPlatformImage: true };
const oracleLinux7: FittingImage = { ...oracleLinux9, family: 'oracleLinux7' };
const plainUbuntu: FittingImage = { family: 'ubuntu', hasGpuDriver: false, isPlatformImage: true };

describe('what fits what', () => {
  it('an ordinary GPU with a GPU image takes every way', () => {
    for (const way of ['native', 'dockerHub', 'ngc'] as const) {
      assert.deepEqual(fitOf(gpu('ampere'), oracleLinux9, way), { fits: true });
    }
  });

  it('the tutorial’s own choice works, V100 with Oracle Linux 7.9, with a word about its end in every way', () => {
    for (const way of ['native', 'dockerHub', 'ngc'] as const) {
      for (const shape of [gpu('volta'), cpu]) {
        const fit = fitOf(shape, oracleLinux7, way);
        assert.match(fit.fits ? (fit.caution ?? '') : '', /out of support.* Prefer 8 or 9\.$/);
      }
    }
  });

  it('Volta and Pascal on the newest images come with a caution about the open driver', () => {
    const fit = fitOf(gpu('volta'), oracleLinux9, 'native');
    assert.ok(fit.fits);
    assert.match(fit.caution ?? '', /open driver/);
  });

  it('Blackwell needs the NGC image', () => {
    assert.equal(fitOf(gpu('blackwell'), oracleLinux9, 'native').fits, false);
    assert.equal(fitOf(gpu('blackwell'), oracleLinux9, 'ngc').fits, true);
    assert.equal(shapeProblem(gpu('blackwell')), undefined);
  });

  it('Oracle Linux 7 is too old for Hopper', () => {
    assert.equal(fitOf(gpu('hopper'), oracleLinux7, 'native').fits, false);
  });

  it('a GPU shape needs an image with a driver; a CPU shape does not', () => {
    assert.equal(fitOf(gpu('ampere'), plainUbuntu, 'native').fits, false);
    assert.deepEqual(fitOf(cpu, plainUbuntu, 'native'), { fits: true });
  });

  it('a shape without any way says why: AMD, Arm', () => {
    assert.match(shapeProblem(gpu('amd')) ?? '', /ROCm/);
    assert.match(shapeProblem({ cpu: 'arm', gpus: 4, gpuArchitecture: 'blackwell' }) ?? '', /Arm/);
    assert.match(shapeProblem({ cpu: 'arm', gpus: 0 }) ?? '', /x86-64/);
    assert.equal(shapeProblem(cpu), undefined);
  });
});
