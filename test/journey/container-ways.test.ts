import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/waiting/until';
import type { Machine } from '../sandbox/machines/machine';
import { runProgram } from '../sandbox/machines/docker';
import { decodeStrictly } from '../cloud/decode-strictly';
import { pictureOfFailure } from './failure-picture';
import { openLabBed, type LabBed } from './lab-bed';
import { doMainJob, sandboxJob } from './main-job';
import { runSampleAnew } from './run-sample';
import { restartMachine, toggleTunnel, untilTunnelIsUp } from './tunnel-in-editor';

const row = /gpu-lab/;
const limitMs = 180_000;

describe('The container ways in the real editor', function () {
  this.timeout(10 * 60_000);
  let bed: LabBed;
  let machine: Machine;
  let pictures: string;

  before('the first time ever, the registry builds its images', async function () {
    this.timeout(30 * 60_000);
    pictures = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-pictures-'));
    bed = await openLabBed({ cpuPackages: true, registries: true });
  });

  afterEach(async function () {
    await pictureOfFailure(bed, this.currentTest);
  });

  after(async () => {
    // Missing when the beginning failed.
    await (bed as LabBed | undefined)?.close();
    await rm(pictures, { recursive: true, force: true });
  });

  const asRoot = async (script: string, stdin = ''): Promise<string> =>
    (await machine.exec(['bash', '-c', script], { stdin })).stdout.trim();
  const killContainer = async (): Promise<void> => {
    await asRoot('kill -9 "$(docker inspect -f {{.State.Pid}} mlenv)"');
  };
  const runBothAnew = async (): Promise<void> => {
    await runSampleAnew(bed, 'num_gpu', /Num GPUs Available: +0/);
    await runSampleAnew(bed, 'celsious2fahrenheit', /about 21[0-4]\.\d °F/);
  };

  it('M22: NGC is chosen in the launch summary, its key typed once, and the notebooks run', async () => {
    const job = sandboxJob(bed, { shape: 'VM.Standard2.2', way: 'ngc', pictures });
    for await (const step of doMainJob(bed, job)) {
      if (step.title === 'Run celsious2fahrenheit') break;
    }
    const [instance] = bed.cloud.billing().instances;
    const booted = await bed.cloud.machine(instance?.id ?? '');
    assert.ok(booted);
    machine = booted;
    assert.match(
      await asRoot('docker ps --format "{{.Names}} {{.Image}}"'),
      /^mlenv nvcr\.io\/nvidia\/tensorflow:25\.02/,
    );
  });

  it('runs them again after the container was killed and the tunnel toggled', async () => {
    await killContainer();
    await toggleTunnel(bed);
    await runBothAnew();
  });

  it('runs them again after the machine was restarted', async () => {
    await restartMachine(bed, machine);
    await runBothAnew();
  });

  it('M7, M21: goes to the Docker Hub image by one command, and runs them there', async () => {
    const { person, registry } = bed;
    await registry?.openTo(machine);
    await person.contextMenu(row, 'Set Up');
    await person.pick('Docker Hub image');
    await person.pick('2.17.0-gpu-jupyter');
    await person.answerDialogIfShown(/End what runs/, /^End Them/);
    const isDockerHubs = async () => {
      const containers = await asRoot('docker ps -a --format "{{.Names}} {{.Image}}"');
      return /^mlenv tensorflow\/tensorflow:2\.17\.0[^\n]*$/.test(containers) || undefined;
    };
    await until(isDockerHubs, { what: 'The container of Docker Hub alone', limitMs, everyMs: 1_000 });
    await person.treeItemText(/gpu-lab.*ready/, limitMs);
    await untilTunnelIsUp(bed);
    await runBothAnew();
  });

  it('M21: runs them there again after the container was killed, the tunnel toggled and the machine restarted', async () => {
    await killContainer();
    await toggleTunnel(bed);
    await restartMachine(bed, machine);
    await runBothAnew();
  });

  it('leaves token and NGC key out of the editor’s logs and storage, and of the machine', async () => {
    const token = await asRoot('cat /opt/oci-gpu-lab/jupyter/token');
    const key = bed.registry?.ngcKey ?? '';
    for (const secret of [token, key]) {
      assert.ok(secret.length > 40);
      // The pattern comes on stdin: an argument would be found in the list of processes.
      const { stdout } = await runProgram(
        'grep',
        ['-rlaF', '-f', '-', bed.editor.dataDir, bed.editor.workspace],
        {
          stdin: `${secret}\n`,
        },
      );
      assert.equal(stdout, '');
      const places =
        'docker inspect mlenv; journalctl --no-pager; cat /proc/[0-9]*/cmdline /home/opc/.bash_history';
      const search = `IFS= read -r secret; { ${places}; } 2>/dev/null | grep -acFf <(printf '%s\n' "$secret") || true`;
      assert.equal(await asRoot(search, `${secret}\n`), '0');
    }
  });

  it('asked the cloud nothing that OCI does not know', async () => {
    assert.deepEqual(await decodeStrictly(bed.cloud.exchanges), []);
  });
});
