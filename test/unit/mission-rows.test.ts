import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The rows of the mission: each step of the tutorial that the extension takes over, in short. */
const rows = {
  M1: 'GPU shapes with their GPUs, memory and price',
  M2: 'GPU images, the tutorial’s 7.9 among them',
  M3: 'name, compartment, availability domain',
  M4: 'a network, made once and removed',
  M5: 'SSH keys: made, found, read',
  M6: 'provisioning, running, address',
  M7: 'native, Docker Hub or NGC; now, later, again',
  M8: 'login with a checked host key, as the image’s user',
  M9: 'a Python of its own on each system',
  M10: 'TensorFlow with CUDA, JupyterLab, Matplotlib',
  M11: 'the JupyterLab password',
  M12: 'JupyterLab as a service',
  M13: 'num_gpu and the shape’s count',
  M14: 'the tunnel',
  M15: 'JupyterLab by browser, with token or password',
  M16: 'the Celsius notebook',
  M17: 'the distributed notebook',
  M18: 'the list of packages',
  M19: 'Docker CE and the NVIDIA Container Toolkit',
  M20: 'nvidia-smi in a container',
  M21: 'the Docker Hub way',
  M22: 'the NGC way',
  M23: 'the sample notebooks in place, in each way',
  M24: 'packages that are added and last',
};

const folder = 'test';
/** The suites whose tests run on a real machine of the sandbox; a row that is named elsewhere does not count. */
const onMachines = ['instance', 'journey'];
const titles = onMachines
  .flatMap((suite) =>
    readdirSync(join(folder, suite), { recursive: true, encoding: 'utf8' }).map((file) => join(suite, file)),
  )
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(
      /^\s*(?:it|describe)\(\s*(['"`])((?:M\d+, )*M\d+): .*\1/gm,
    ),
  ])
  .flatMap(([, , named = '']) => named.split(', '));

describe('The mission', () => {
  for (const [row, what] of Object.entries(rows)) {
    it(`has a test that is named after its row: ${what} (${row})`, () => {
      assert.ok(titles.includes(row), `no title begins with "${row}: …"`);
    });
  }

  it('has no test that is named after a row that does not exist', () => {
    assert.deepEqual(
      titles.filter((row) => !Object.hasOwn(rows, row)),
      [],
    );
  });
});
