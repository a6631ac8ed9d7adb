import assert from 'node:assert/strict';
import { createMachines } from '../sandbox/machines/machines';
import { bootToSetUp, type MachineToSetUp, type SetupRun } from './machine-to-set-up';

/** Of the CUDA build and JupyterLab for Python 3.12, TensorFlow 2.21: kept by pip where uv cannot be had. */
const wheelsMiB = 3_511;

/**
 * The one test that installs the CUDA build; the others take the CPU build. The first run downloads 3.5 GB, which
 * the machines' wheel cache keeps. There is no GPU: what is proved is the installation, and what is said then.
 */
describe('the CUDA build of TensorFlow on a machine that lists two GPUs', function () {
  this.timeout(20 * 60_000);
  const machines = createMachines();
  const gpu = { count: 2, name: 'NVIDIA A10', memoryMiB: 23_028 };
  let lab: MachineToSetUp;
  let run: SetupRun;

  before(async () => {
    lab = await bootToSetUp(machines, 'oracle-linux-9', { gpu });
    run = await lab.run({ plan: { ...lab.plan, gpus: gpu, tensorflow: 'cuda' }, limitMs: 15 * 60_000 });
  });
  after(async () => {
    lab.connection.dispose();
    await machines.dispose();
  });

  const python = (script: string): Promise<string> =>
    lab.asRoot(`TF_CPP_MIN_LOG_LEVEL=3 /opt/oci-gpu-lab/env/bin/python -c '${script}' 2>/dev/null`);

  it('M13: says that TensorFlow sees 0 of 2 GPUs, because the driver is not loaded', () => {
    assert.equal(run.outcome.kind, 'readyWithWarning', run.log.slice(-3000));
    assert.match(run.outcome.message, /^TensorFlow sees 0 of 2 GPUs: the NVIDIA driver .* not loaded\.$/);
    assert.match(run.outcome.nextAction, /Restart the instance/);
  });

  it('M10: is the build with CUDA, with its libraries beside it', async () => {
    const names = (await lab.setup.packages()).map(({ name }) => name);
    assert.ok(names.includes('tensorflow') && !names.includes('tensorflow-cpu'), names.join(' '));
    assert.equal(await python('import tensorflow as tf; print(tf.test.is_built_with_cuda())'), 'True');
    const load =
      'import ctypes, glob; [ctypes.CDLL(f) for f in glob.glob("/opt/oci-gpu-lab/env/lib/python3*/site-packages/nvidia/cuda_runtime/lib/libcudart.so.*")] and print("loaded")';
    assert.equal(await python(load), 'loaded');
  });

  it('fits into the room that set-up asks for, with the wheels that pip would keep besides', async () => {
    const [, needed] = /MiB free, (\d+) MiB needed/.exec(run.log) ?? [];
    const environment = Number((await lab.asRoot('du -sm /opt/oci-gpu-lab/env')).split('\t')[0]);
    const most = environment + wheelsMiB;
    assert.ok(most < Number(needed), `${most} MiB, ${needed} MiB asked for`);
    assert.ok(1.15 * most > Number(needed), `${most} MiB: no more than is needed is asked for`);
  });
});
