import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeStrictly } from '../cloud/decode-strictly';
import { pictureOfFailure } from './failure-picture';
import { openLabBed, openSecondWindow, type LabBed } from './lab-bed';
import { doMainJob, sandboxJob, type Step } from './main-job';
import { runSampleAnew } from './run-sample';
import { restartMachine, toggleTunnel, untilTunnelIsUp } from './tunnel-in-editor';

const limitMs = 180_000;

describe('The main job in the real editor', function () {
  this.timeout(10 * 60_000);
  let bed: LabBed;
  let pictures: string;
  let steps: AsyncGenerator<Step>;

  before('the first time ever, the machine is built', async function () {
    this.timeout(30 * 60_000);
    pictures = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-pictures-'));
    bed = await openLabBed({ cpuPackages: true });
    steps = doMainJob(bed, sandboxJob(bed, { shape: 'VM.Standard2.2', way: 'native', pictures }));
  });

  afterEach(async function () {
    await pictureOfFailure(bed, this.currentTest);
  });

  after(async () => {
    // Missing when the beginning failed.
    await (bed as LabBed | undefined)?.close();
    await rm(pictures, { recursive: true, force: true });
  });

  /** Goes on with the main job until a step has been seen to hold. @returns what was seen */
  const goOnTo = async (title: string): Promise<string> => {
    for (;;) {
      const next = await steps.next();
      if (next.done) throw new Error(`The job ended before ${title}.`);
      if (next.value.title === title) return next.value.seen;
    }
  };

  it('M1, M3, M4, M6, M12: an instance is launched from one pick, with its network, and set up', async () => {
    const seen = await goOnTo('Launch and set up');
    assert.match(seen, /ready · \$0\.128\/h/);
    assert.deepEqual(
      bed.cloud.billing().instances.map(({ shape, lifecycleState }) => [shape, lifecycleState]),
      [['VM.Standard2.2', 'RUNNING']],
    );
  });

  it('M13, M14: Jupyter is reached at port 8888, and num_gpu counts what is there', async () => {
    assert.match(await goOnTo('Tunnel'), /gpu-lab :8888/);
    assert.match(await goOnTo('Check the GPUs'), /Num GPUs Available: +0/);
  });

  it('M16: celsious2fahrenheit runs on the instance: about 212 °F, and a plot', async () => {
    const [, number] = /about ([\d.]+) °F/.exec(await goOnTo('Run celsious2fahrenheit')) ?? [];
    assert.ok(Math.abs(Number(number) - 212) < 2, number);
  });

  it('M17: the distributed variant says how many replicas it used', async () => {
    await runSampleAnew(bed, 'celsious2fahrenheit_distributed', /Trained on 1 replicas/);
  });

  it('goes on where it was after a reload of the editor', async () => {
    await bed.editor.reload();
    await untilTunnelIsUp(bed);
    await bed.person.openView('OCI GPU');
    await runSampleAnew(bed, 'num_gpu', /Num GPUs Available: +0/);
  });

  it('a second window runs notebooks by the tunnel of the first, and goes on alone when that is closed', async () => {
    const second = await openSecondWindow(bed);
    await second.person.openView('OCI GPU');
    await untilTunnelIsUp(second);
    await runSampleAnew(second, 'num_gpu', /Num GPUs Available: +0/);
    await bed.editor.leave();
    await runSampleAnew(second, 'num_gpu', /Num GPUs Available: +0/);
    // Only the window that has the tunnel can take it down itself.
    await toggleTunnel(second);
    await second.editor.leave();
    await bed.editor.reload();
    await untilTunnelIsUp(bed);
    await bed.person.openView('OCI GPU');
  });

  it('M12: runs them again after JupyterLab was killed, the tunnel toggled and the machine restarted', async () => {
    const [instance] = bed.cloud.billing().instances;
    const machine = await bed.cloud.machine(instance?.id ?? '');
    assert.ok(machine);
    await machine.exec(['systemctl', 'kill', '--signal=KILL', 'jupyterlab']);
    await toggleTunnel(bed);
    await restartMachine(bed, machine);
    await runSampleAnew(bed, 'num_gpu', /Num GPUs Available: +0/);
    await runSampleAnew(bed, 'celsious2fahrenheit', /about 21[0-4]\.\d °F/);
  });

  it('finds the instance again by its tags when all that was stored is deleted', async () => {
    const records = join(bed.editor.dataDir, 'data/User/globalStorage/oci-gpu-lab.oci-gpu-lab');
    // Moved away at once: a folder that the editor still writes to may not be empty when it is removed.
    const deleted = `${records}.deleted`;
    await rename(records, deleted);
    await rm(deleted, { recursive: true });
    await bed.editor.reload();
    await bed.person.openView('OCI GPU');
    await bed.person.treeItemText(/gpu-lab.*ready/, limitMs);
    await untilTunnelIsUp(bed);
    await runSampleAnew(bed, 'num_gpu', /Num GPUs Available: +0/);
  });

  it('ends with nothing billed and nothing left', async () => {
    assert.equal(await goOnTo('Terminate'), 'Nothing is billed.');
    assert.deepEqual(bed.cloud.resources(), []);
  });

  it('asked the cloud nothing that OCI does not know', async () => {
    assert.deepEqual(await decodeStrictly(bed.cloud.exchanges), []);
  });
});
