import assert from 'node:assert/strict';
import type { SetupPlan } from '../../src/setup/plan';
import { until } from '../../src/waiting/until';
import { createMachines } from '../sandbox/machines/machines';
import { openRegistry, type Registry } from '../sandbox/registry/registry';
import { followRun, type FollowedRun } from './follow-run';
import { bootToSetUp, type MachineToSetUp } from './machine-to-set-up';

const gpu = { count: 2, name: 'Tesla V100-SXM2-16GB', memoryMiB: 16_160 };
const password = 'correct horse battery';

describe('set-up with a container, on one booted machine from way to way', function () {
  this.timeout(10 * 60_000);
  const machines = createMachines();
  let registry: Registry;
  let lab: MachineToSetUp;
  let dockerHub: SetupPlan;
  let ngc: SetupPlan;
  let logAt = 0;

  before('the first time ever, the registry builds its images', async function () {
    this.timeout(30 * 60_000);
    registry = await openRegistry({ machines });
    lab = await bootToSetUp(machines, 'debian-12', { gpu });
    await registry.openTo(lab.machine);
    dockerHub = {
      ...lab.plan,
      way: 'dockerHub',
      gpus: { count: gpu.count, name: gpu.name },
      tensorflow: 'cuda',
      sandbox: { cpuTensorflow: true },
      mirrors: registry.mirrors,
      extraPackages: ['humanize==4.9.0'],
    };
    ngc = { ...dockerHub, way: 'ngc' };
  });

  after(async () => {
    // Either is missing when the beginning failed.
    (lab as MachineToSetUp | undefined)?.connection.dispose();
    await (registry as Registry | undefined)?.dispose();
    await machines.dispose();
  });

  const run = async (plan: SetupPlan, registryKey?: string): Promise<FollowedRun> => {
    const done = await followRun(lab.setup, plan, logAt, registryKey);
    logAt = done.logAt;
    return done;
  };
  /** Runs a line of shell as root inside the container. */
  const inside = (script: string): Promise<string> =>
    lab.asRoot(`docker exec mlenv bash -c '${script.replaceAll("'", `'\\''`)}'`);
  const executed = (notebook: string): Promise<string> =>
    inside(`jupyter nbconvert --to markdown --execute --stdout ${notebook} 2>/dev/null`);
  /** The addresses that something listens on at port 8888, a line each. */
  const listeners = (): Promise<string> => lab.asRoot("ss -ltnH 'sport = :8888' | awk '{ print $4 }'");
  const answers = async (): Promise<true | undefined> => {
    const ask =
      'python3 /opt/oci-gpu-lab/setup/python/ask_jupyter.py 8888 /opt/oci-gpu-lab/jupyter/token && echo yes || true';
    return (await lab.asRoot(ask)) === 'yes' ? true : undefined;
  };
  const untilItAnswers = (): Promise<true> =>
    until(answers, { what: 'Jupyter to come back', limitMs: 120_000, everyMs: 500 });
  /** How many lines of `places` hold the secret; it goes over stdin, so that the search shows it nowhere itself. */
  const count = async (secret: string, places: string): Promise<number> => {
    const search = `IFS= read -r secret; { ${places}; } 2>/dev/null | grep -acFf <(printf '%s\\n' "$secret") || true`;
    return Number((await lab.machine.exec(['bash', '-c', search], { stdin: `${secret}\n` })).stdout);
  };

  it('tells that the registry allows no more pulls (429), with Docker and the toolkit installed', async () => {
    registry.dockerHub.set({ kind: 'status', status: 429, times: 1_000 });
    const { outcome, log, steps } = await run(dockerHub);
    assert.equal(outcome.kind, 'failed', log);
    assert.equal(outcome.reason, 'registryLimit', log);
    assert.match(outcome.nextAction, /Wait/);
    assert.deepEqual(
      steps.filter(({ state }) => state === 'done').map(({ id }) => id),
      ['preflight', 'disk', 'docker', 'gpu-toolkit'],
    );
  });

  it('goes on through a registry that cuts the connection off, telling MB and percent by layer', async () => {
    registry.dockerHub.set({ kind: 'drop', afterBytes: 20_000_000, times: 3 });
    const { outcome, log, pulled } = await run(dockerHub);
    registry.dockerHub.set(undefined);
    assert.equal(outcome.kind, 'readyWithWarning', log);
    assert.match(outcome.message, /TensorFlow sees 0 of 2 GPUs: the CPU build/);
    assert.match(log, /4\d\d MB to pull in 6 layers; 1,\d{3} MB needed/);
    assert.match(log, /pulled \d+ % \(\d+ of 4\d\d MB\)/);
    assert.match(log, /layer [0-9a-f]{12} \(3\d\d MB\) done; \d of 6 layers/);
    assert.ok(pulled.length > 2 && pulled.length < 60, `${pulled.length} events`);
    assert.match(pulled.at(-1)?.text ?? '', /4\d\d MB/);
  });

  it('M19: Docker CE and the NVIDIA Container Toolkit from their own repositories, enabled, for the login user', async () => {
    assert.match(
      await lab.asRoot('cat /etc/apt/sources.list.d/docker.list'),
      /signed-by=\S+docker\.asc\] https/,
    );
    assert.match(await lab.asRoot('dpkg-query -W docker-ce nvidia-container-toolkit'), /docker-ce\s+\d/);
    assert.equal(await lab.asRoot('systemctl is-enabled docker'), 'enabled');
    assert.match(await lab.asRoot('id -nG opc'), /\bdocker\b/);
    const settings = await lab.asRoot('cat /etc/docker/daemon.json');
    assert.match(settings, /"nvidia"/);
    assert.match(settings, /"dns"/, 'what was set before stays');
  });

  it('M20: nvidia-smi in a container shows every GPU of the shape, with its table in the log', async () => {
    const log = await lab.asRoot('cat /opt/oci-gpu-lab/setup/setup.log');
    assert.match(log, /NVIDIA-SMI[\s\S]*\| +0 +Tesla V100[\s\S]*\| +1 +Tesla V100/);
    assert.match(log, /A container sees 2 GPUs; the shape has 2/);
  });

  it('M21: the Docker Hub image runs as mlenv on loopback alone, with Lab, and knows the token', async () => {
    assert.equal(await listeners(), '127.0.0.1:8888');
    const format = '{{.Config.Image}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.ShmSize}}';
    assert.equal(
      await lab.asRoot(`docker inspect -f '${format}' mlenv`),
      'tensorflow/tensorflow:2.17.0-gpu-jupyter unless-stopped 1073741824',
    );
    const limits = await lab.asRoot("docker inspect -f '{{json .HostConfig.Ulimits}}' mlenv");
    assert.match(limits, /"Name":"stack","Hard":67108864/);
    const log = await lab.asRoot('cat /opt/oci-gpu-lab/setup/setup.log');
    assert.ok(/"Name":"memlock","Hard":-1/.test(limits) || log.includes('have the limit memlock=-1'), limits);
    assert.equal(await answers(), true);
    assert.match(await inside('tr "\\0" " " </proc/1/cmdline'), /jupyter-lab/);
  });

  it('M23: the sample notebooks are in /tf, beside what the image had there, and on the machine itself', async () => {
    const files = (await inside('ls /tf')).split('\n');
    assert.deepEqual(files, [
      'celsious2fahrenheit.ipynb',
      'celsious2fahrenheit_distributed.ipynb',
      'num_gpu.ipynb',
      'tensorflow-tutorials',
    ]);
    assert.deepEqual((await lab.asRoot('ls /home/opc/mlenv')).split('\n'), files);
  });

  it('M13, M16, M17: runs the three notebooks inside, to within 2 of 212 °F', async () => {
    assert.match(await executed('num_gpu.ipynb'), /Num GPUs Available: +0/);
    const near212 = (shown: string): void => {
      const answer = Number(/100 °C is about ([\d.]+) °F/.exec(shown)?.[1]);
      assert.ok(Math.abs(answer - 212) < 2, `${answer}`);
    };
    near212(await executed('celsious2fahrenheit.ipynb'));
    const distributed = await executed('celsious2fahrenheit_distributed.ipynb');
    assert.match(distributed, /Trained on 1 replicas/);
    near212(distributed);
  });

  it('M15, M21: takes a password that holds after a restart, and comes back when killed and when the machine boots', async () => {
    await lab.setup.setPassword(password);
    await untilItAnswers();
    assert.equal(await lab.logInToJupyter(password), '200');
    assert.equal(await lab.logInToJupyter('another password'), '403');

    await lab.asRoot('kill -9 "$(docker inspect -f {{.State.Pid}} mlenv)"');
    await untilItAnswers();
    await lab.machine.reset();
    await untilItAnswers();
    assert.equal(await lab.logInToJupyter(password), '200');
    await registry.openTo(lab.machine);
    const login = (): Promise<true | undefined> =>
      lab.connection.connect({ limitMs: 10_000 }).then(
        () => true,
        () => undefined,
      );
    await until(login, { what: 'a login', limitMs: 120_000, everyMs: 500 });
  });

  it('M24, M18: an added package outlives the container, and is in the list with TensorFlow on top', async () => {
    await lab.asRoot('docker rm --force mlenv');
    const { outcome, log } = await run({ ...dockerHub, extraPackages: [] });
    assert.equal(outcome.kind, 'readyWithWarning', log);
    const packages = await lab.setup.packages();
    assert.match(packages[0]?.name ?? '', /^tensorflow/);
    assert.equal(packages.find(({ name }) => name === 'humanize')?.version, '4.9.0');
  });

  it('tells a tag that the registry does not have, a toolkit that does not run, and a name that is taken', async () => {
    const reasonOf = async (plan: SetupPlan): Promise<string> => {
      const { outcome } = await run(plan);
      return outcome.kind === 'failed' ? outcome.reason : outcome.kind;
    };
    assert.equal(await reasonOf({ ...dockerHub, containerTag: '0.0.0-no-such-tag' }), 'imageNotFound');

    const tool = await lab.asRoot('command -v nvidia-ctk');
    await lab.asRoot(`mv ${tool} /root/ && printf '#!/bin/sh\nexit 1\n' >${tool} && chmod 755 ${tool}`);
    assert.equal(await reasonOf(dockerHub), 'toolkitBroken');
    await lab.asRoot(`mv /root/nvidia-ctk ${tool}`);

    await lab.asRoot('docker rename mlenv ours');
    await lab.asRoot('docker create --name mlenv "$(docker inspect -f {{.Image}} ours)"');
    assert.equal(await reasonOf(dockerHub), 'containerNameTaken');
    await lab.asRoot('docker rm mlenv && docker rename ours mlenv');
    assert.equal(await answers(), true, 'what ran before still runs');
  });

  it('M22: a wrong NGC key is refused by the registry, in plain words, and the old way still works', async () => {
    const wrong = `nvapi-${'x'.repeat(64)}`;
    const { outcome, log } = await run(ngc, wrong);
    assert.equal(outcome.kind, 'failed', log);
    assert.equal(outcome.reason, 'registryRefused', log);
    assert.match(outcome.message, /did not accept the API key/);
    assert.equal(await answers(), true);
    assert.equal(await lab.asRoot('ls /run | grep -c oci-gpu-lab || true'), '0');
  });

  it('M22: with the right key the NGC image takes over port 8888 and /workspace, and the login is gone', async () => {
    await lab.asRoot('echo "my result" >/home/opc/mlenv/result.txt');
    const { outcome, log } = await run(ngc, registry.ngcKey);
    assert.equal(outcome.kind, 'readyWithWarning', log);
    assert.match(log, /Logging in to nvcr\.io as \$oauthtoken/);
    assert.equal(
      await lab.asRoot(`docker ps -a --format '{{.Names}} {{.Image}}'`),
      'mlenv nvcr.io/nvidia/tensorflow:25.02-tf2-py3',
    );
    assert.equal(await listeners(), '127.0.0.1:8888');
    assert.match(await inside('ls /workspace'), /num_gpu\.ipynb[\s\S]*result\.txt/);
    assert.equal(await lab.asRoot('ls -A /run/oci-gpu-lab /root/.docker 2>/dev/null || true'), '');
  });

  it('leaves token, password and NGC key out of processes, containers, history and logs', async () => {
    const token = await lab.asRoot('cat /opt/oci-gpu-lab/jupyter/token');
    const places = [
      'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ',
      'docker inspect mlenv',
      'docker logs mlenv 2>&1',
      'journalctl --no-pager',
      'cat /opt/oci-gpu-lab/setup/setup.log /opt/oci-gpu-lab/setup/state.jsonl*',
      'cat /home/opc/.bash_history /root/.bash_history',
    ].join('; ');
    assert.equal(
      await count(token, 'cat /opt/oci-gpu-lab/jupyter/token'),
      1,
      'the search finds what is there',
    );
    assert.equal(await count(token, places), 0);
    assert.equal(await count(password, places), 0);
    assert.equal(await count(registry.ngcKey, places), 0);
    const disk =
      'grep -rlaF --exclude-dir=overlay2 -e "$secret" /etc /root /home /opt /run /tmp /var/lib/docker';
    assert.equal(await count(registry.ngcKey, disk), 0, 'and the key from the disk');
  });

  it('keeps no login when it is cancelled in the middle of a pull', async () => {
    registry.ngc.set({ kind: 'slow', bytesPerSecond: 2_000_000 });
    const older = { ...ngc, containerTag: '22.06-tf2-py3' };
    await lab.setup.start(older, undefined, { registryKey: registry.ngcKey });
    for await (const event of lab.setup.follow(logAt, AbortSignal.timeout(120_000))) {
      if (event.kind === 'log') logAt = event.offset;
      if (event.kind === 'pull') await lab.setup.cancel();
    }
    assert.deepEqual(await lab.setup.status(), { kind: 'ended', outcome: { kind: 'cancelled' } });
    assert.equal(await lab.asRoot('ls -A /run/oci-gpu-lab 2>/dev/null || true'), '');
    assert.equal(await answers(), true, 'the container before it goes on');
  });

  it('M22: runs the tutorial’s release 22.06, with Notebook 6 and no Lab, from a registry that is slow', async () => {
    registry.ngc.set({ kind: 'slow', bytesPerSecond: 4_000_000 });
    const { outcome, log } = await run({ ...ngc, containerTag: '22.06-tf2-py3' }, registry.ngcKey);
    assert.equal(outcome.kind, 'readyWithWarning', log);
    assert.match(log, /; [0-9a-f]{12} \d+ % \(\d+ of \d+ MB\)/, 'a layer on its way');
    assert.match(log, /Warning: This release knows no GPU newer than A100/);
    assert.match(await inside('tr "\\0" " " </proc/1/cmdline'), /jupyter-notebook/);
    assert.equal(await answers(), true);
  });

  it('M7: goes back to the native way, which leaves no container behind', async () => {
    const { outcome, log } = await run({ ...dockerHub, way: 'native' });
    assert.equal(outcome.kind, 'readyWithWarning', log);
    assert.equal(await listeners(), '127.0.0.1:8888');
    assert.equal(await answers(), true);
    assert.equal(await lab.asRoot('systemctl is-active jupyterlab'), 'active');
    assert.equal(await lab.asRoot('docker ps -aq'), '');
    assert.equal(await lab.asRoot('cat /home/opc/mlenv/result.txt'), 'my result');
  });
});
