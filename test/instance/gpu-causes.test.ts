import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readyOutcome } from '../../src/setup/outcome';
import { gpuCause } from '../../src/setup/reasons';
import type { Machine } from '../sandbox/machines/machine';
import { createMachines } from '../sandbox/machines/machines';

/** What a machine with GPUs shows; no machine here has one, so each of these is put there by the test. */
interface Situation {
  /** As nvidia-smi names them; undefined: there is no nvidia-smi. */
  readonly listed: readonly string[] | undefined;
  /** What /proc/driver/nvidia/version says; undefined: no module is loaded. */
  readonly kernelModule?: string;
  readonly expected: number;
  readonly shapeGpu: string;
  /** What TensorFlow counts. */
  readonly found: number;
  /** What TensorFlow says when a step fails. */
  readonly tensorflowSays?: string;
}

const proprietary = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15';
const open = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  590.44.01';
const v100 = 'Tesla V100-SXM2-16GB';
const a100 = 'NVIDIA A100-SXM4-40GB';

/** GPUs that are listed, on a loaded module. */
const present = (name: string, count: number, kernelModule = proprietary): Situation => ({
  listed: Array.from({ length: count }, () => name),
  kernelModule,
  expected: count,
  shapeGpu: name,
  found: 0,
});
const trains = (situation: Situation, tensorflowSays: string): Situation => ({
  ...situation,
  found: situation.expected,
  tensorflowSays,
});

const cases: readonly { when: string; situation: Situation; cause: string; told: RegExp }[] = [
  {
    when: 'there is no driver',
    situation: { ...present(v100, 2), listed: undefined },
    cause: 'noDriver',
    told: /TensorFlow sees 0 of 2 GPUs: the NVIDIA driver is not installed/,
  },
  {
    when: 'the open module meets Volta, and nvidia-smi lists nothing',
    situation: { ...present(v100, 2, open), listed: [] },
    cause: 'openModule',
    told: /open kernel module is loaded, and it does not drive Volta/,
  },
  {
    when: 'the driver is there but no module is loaded',
    situation: { listed: [], expected: 1, shapeGpu: 'NVIDIA A10', found: 0 },
    cause: 'driverNotLoaded',
    told: /installed but not loaded/,
  },
  {
    when: 'one of four boards has fallen off the bus',
    situation: { ...present(v100, 3), expected: 4, found: 3 },
    cause: 'driverSeesFewer',
    told: /TensorFlow sees 3 of 4 GPUs: the driver itself sees fewer/,
  },
  {
    when: 'nothing links the eight boards',
    situation: present(a100, 8),
    cause: 'fabricManager',
    told: /TensorFlow sees 0 of 8 GPUs: the fabric manager/,
  },
  {
    when: 'TensorFlow finds no CUDA libraries',
    situation: present('NVIDIA A10', 2),
    cause: 'cudaLibraries',
    told: /does not find the CUDA libraries/,
  },
  {
    when: 'a step meets a GPU without kernels for it',
    situation: trains(
      present('NVIDIA B200', 1, open),
      'CUDA error: no kernel image is available for execution on the device',
    ),
    cause: 'architecture',
    told: /sees all 1 GPUs but cannot train.*no kernels for the GPU's architecture/,
  },
  {
    when: 'a step meets boards that are not linked',
    situation: trains(present(a100, 8), 'CUDA_ERROR_SYSTEM_NOT_READY: system not yet initialized'),
    cause: 'fabricManager',
    told: /sees all 8 GPUs but cannot train.*fabric manager/,
  },
  {
    when: 'a step finds no libdevice',
    situation: trains(present(v100, 2), 'libdevice not found at ./libdevice.10.bc'),
    cause: 'cudaLibraries',
    told: /CUDA libraries/,
  },
  {
    when: 'a step fails with words that nobody knows',
    situation: trains(present(v100, 2), 'something else'),
    cause: 'unknown',
    told: /the cause is not known/,
  },
];

describe('the cause when GPUs are missing or fail, on a machine where stand-ins show each', function () {
  this.timeout(5 * 60_000);
  const machines = createMachines();
  let machine: Machine;

  const put = async (path: string, text: string): Promise<void> => {
    const { code, stderr } = await machine.exec(['install', '-D', '-m', '755', '/dev/stdin', path], {
      stdin: text,
    });
    assert.equal(code, 0, stderr);
  };
  const asRoot = async (script: string): Promise<void> => {
    const { code, stderr } = await machine.exec(['bash', '-c', script]);
    assert.equal(code, 0, stderr);
  };

  before(async () => {
    machine = await machines.boot({
      instanceId: `ocid1.instance.oc1..${randomUUID()}`,
      hostname: 'lab',
      os: 'debian-12',
      metadata: {},
      gpu: { count: 0, name: '', memoryMiB: 0 },
      bootVolumeGb: 50,
      packageLockSeconds: 0,
    });
    const repository = join(import.meta.dirname, '../..');
    await put(
      '/opt/verify_gpus.py',
      await readFile(join(repository, 'resources/setup/python/verify_gpus.py'), 'utf8'),
    );
    for (const name of ['nbformat.py', 'nbclient.py', 'tensorflow.py', 'traitlets/config.py']) {
      await put(
        `/opt/stand-ins/${name}`,
        await readFile(join(import.meta.dirname, 'gpu-stand-ins', name), 'utf8'),
      );
    }
    await asRoot('mount -t tmpfs tmpfs /proc/driver && mkdir /proc/driver/nvidia');
  });
  after(() => machines.dispose());

  const show = async ({ listed, kernelModule }: Situation): Promise<void> => {
    await asRoot('rm -f /opt/report /usr/bin/nvidia-smi /proc/driver/nvidia/version');
    const lines = listed?.map((name) => `echo '${name}'`).join('\n');
    // With no GPU that it can drive, the real one ends with status 9 and a sentence.
    const none = 'echo "No devices were found"; exit 9';
    if (lines !== undefined) await put('/usr/bin/nvidia-smi', `#!/bin/sh\n${lines || none}\n`);
    if (kernelModule !== undefined) await put('/proc/driver/nvidia/version', kernelModule);
  };

  for (const { when, situation, cause, told } of cases) {
    it(`is ${cause} when ${when}`, async () => {
      await show(situation);
      const { code, stderr } = await machine.exec([
        'env',
        'PYTHONPATH=/opt/stand-ins',
        `STAND_IN_GPUS=${situation.found}`,
        `STAND_IN_TENSORFLOW_SAYS=${situation.tensorflowSays ?? ''}`,
        ...['python3', '/opt/verify_gpus.py', '--notebook', '-', '--report', '/opt/report'],
        ...['--expected', String(situation.expected), '--name', situation.shapeGpu],
      ]);
      assert.equal(code, 0, stderr);
      const report = JSON.parse((await machine.exec(['cat', '/opt/report'])).stdout) as { cause?: string };
      assert.equal(report.cause, cause);
      const { expected, found } = situation;
      const outcome = readyOutcome({ expected, found, checkedAt: 0, cause: gpuCause(cause) });
      assert.equal(outcome.kind, 'readyWithWarning');
      assert.match(outcome.message, told);
    });
  }
});
