import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { SetupEvent } from '../../src/setup/follow';
import type { SetupOutcome } from '../../src/setup/outcome';
import type { SetupPlan } from '../../src/setup/plan';
import type { Setup } from '../../src/setup/setup';
import type { SshConnection } from '../../src/ssh/types';
import { until } from '../../src/waiting/until';
import type { Machine } from '../sandbox/machines/machine';
import { createMachines } from '../sandbox/machines/machines';
import { logText } from './follow-run';
import { bootToSetUp, type MachineToSetUp } from './machine-to-set-up';

describe('native set-up on a booted machine', function () {
  this.timeout(10 * 60_000);
  const machines = createMachines();
  const gpus = { count: 2, name: 'Tesla V100-SXM2-16GB' };
  let lab: MachineToSetUp;
  let machine: Machine;
  let connection: SshConnection;
  let setup: Setup;
  let plan: SetupPlan;
  /** The CPU build, named as the sandbox's own choice: the machine shows two GPUs that are not there. */
  let gpuPlan: SetupPlan;

  before(async () => {
    lab = await bootToSetUp(machines, 'debian-12', {
      gpu: { ...gpus, memoryMiB: 16_160 },
      packageLockSeconds: 5,
    });
    ({ machine, connection, setup, plan } = lab);
    gpuPlan = { ...plan, gpus, tensorflow: 'cuda', sandbox: { cpuTensorflow: true } };
  });

  after(async () => {
    connection.dispose();
    await machines.dispose();
  });

  it('finds out what the machine is like', async () => {
    const facts = await setup.probe();
    assert.equal(facts.family, 'debian');
    assert.equal(facts.sudo, 'passwordless');
    assert.equal(facts.port8888, 'free');
    assert.equal(facts.setup, 'none');
    assert.equal(facts.gpus, 2);
  });

  it('names a package that does not exist, and says what to do', async () => {
    const { outcome } = await lab.run({
      plan: { ...plan, extraPackages: ['no-such-package-of-oci-gpu-lab'] },
    });
    assert.equal(outcome.kind, 'failed');
    assert.equal(outcome.reason, 'packageNotFound');
    assert.match(outcome.detail, /no-such-package-of-oci-gpu-lab/);
    assert.match(outcome.nextAction, /extra packages/);
  });

  it('can be cancelled while packages are installed', async () => {
    await setup.start(plan);
    let outcome: SetupOutcome | undefined;
    for await (const event of setup.follow(0, AbortSignal.timeout(120_000))) {
      if (event.kind === 'step' && event.id === 'packages' && event.state === 'started') await setup.cancel();
      if (event.kind === 'ended') outcome = event.outcome;
    }
    assert.deepEqual(outcome, { kind: 'cancelled' });
    const left = await machine.exec(['pgrep', '-f', 'oci-gpu-lab/setup/(run|steps)']);
    assert.equal(left.stdout, '');
  });

  it('goes on where it stopped, through a lost connection, and says that 0 of 2 GPUs are seen', async () => {
    await setup.start(gpuPlan);
    const events: SetupEvent[] = [];
    for await (const event of setup.follow(0, AbortSignal.timeout(8 * 60_000))) {
      events.push(event);
      if (event.kind === 'step' && event.id === 'packages' && event.state === 'started') {
        await machine.exec(['pkill', '-f', 'sshd: opc']);
      }
    }
    const environment = events.find((event) => event.kind === 'step' && event.id === 'environment');
    assert.ok(environment?.kind === 'step' && environment.state === 'skipped');
    assert.ok(events.some(({ kind }) => kind === 'lost'));
    const last = events.at(-1);
    assert.equal(last?.kind, 'ended');
    const log = logText(events);
    assert.equal(last.outcome.kind, 'readyWithWarning', log.slice(-3000));
    assert.match(last.outcome.message, /TensorFlow sees 0 of 2 GPUs: the CPU build/);
    assert.equal(log.split('==> [5/10]').length, 4, 'each of three runs told once');
  });

  it('does not repeat on a second run what is done, and is ready with 0 of 0', async () => {
    const { outcome } = await lab.run();
    assert.equal(outcome.kind, 'ready');
    assert.deepEqual(await setup.status(), { kind: 'ended', outcome });
    const { steps } = await lab.run();
    const skipped = steps.filter(({ state }) => state === 'skipped');
    assert.deepEqual(
      skipped.map(({ id }) => id),
      ['disk', 'python', 'environment', 'packages', 'jupyter-config', 'verify-gpus'],
    );
  });

  it('keeps the token in a file for the login user alone, out of arguments, logs and environments', async () => {
    const token = await setup.jupyterToken();
    assert.match(token, /^[0-9a-f]{64}$/);
    const mode = await machine.exec(['stat', '-c', '%a %U', '/opt/oci-gpu-lab/jupyter/token']);
    assert.equal(mode.stdout.trim(), '600 opc');
    // The token itself comes on stdin, and a process substitution hands it on: the search must not show it either.
    const count = async (places: string): Promise<number> => {
      const search = `IFS= read -r token; { ${places}; } 2>/dev/null | grep -acf <(printf '%s\\n' "$token") || true`;
      return Number((await machine.exec(['bash', '-c', search], { stdin: `${token}\n` })).stdout);
    };
    assert.equal(await count('cat /opt/oci-gpu-lab/jupyter/token'), 1, 'the search finds what is there');
    const processes = 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ';
    const logs =
      'cat /opt/oci-gpu-lab/setup/setup.log /opt/oci-gpu-lab/setup/state.jsonl; journalctl --no-pager';
    assert.equal(await count(`${processes}; ${logs}`), 0);
  });

  it('M12: serves JupyterLab on loopback alone, enabled at boot', async () => {
    const sockets = await machine.exec(['ss', '-ltnH', 'sport = :8888']);
    assert.match(sockets.stdout, /127\.0\.0\.1:8888/);
    assert.equal(sockets.stdout.trim().split('\n').length, 1);
    const enabled = await machine.exec(['systemctl', 'is-enabled', 'jupyterlab.service']);
    assert.equal(enabled.stdout.trim(), 'enabled');
  });

  it('M11: takes a password that logs in, and of which only the hash is kept, until it is taken away', async () => {
    assert.equal(await setup.hasPassword(), false);
    await setup.setPassword('correct horse');
    const logIn = async (): Promise<true | undefined> =>
      (await lab.logInToJupyter('correct horse')) === '200' ? true : undefined;
    await until(logIn, { what: 'a login to JupyterLab', limitMs: 60_000, everyMs: 500 });
    assert.equal(await lab.logInToJupyter('another password'), '403');
    const hash = await machine.exec(['cat', '/opt/oci-gpu-lab/jupyter/password-hash']);
    assert.match(hash.stdout, /^(argon2|sha1|sha256):/);
    const mode = await machine.exec(['stat', '-c', '%a', '/opt/oci-gpu-lab/jupyter/password-hash']);
    assert.equal(mode.stdout.trim(), '600');
    assert.equal(await setup.hasPassword(), true);
    await setup.setPassword('');
    assert.equal(await setup.hasPassword(), false);
    assert.equal(await lab.logInToJupyter('correct horse'), '403');
  });

  it('M18: lists the packages, TensorFlow first', async () => {
    const packages = await setup.packages();
    assert.match(packages[0]?.name ?? '', /^tensorflow/);
    assert.ok(packages.length > 50);
  });

  const executed = async (notebook: string): Promise<string> => {
    const command = `. /opt/oci-gpu-lab/activate.sh && jupyter nbconvert --to markdown --execute --stdout ${notebook}`;
    const { code, stdout, stderr } = await connection.exec(command, { limitMs: 120_000 });
    assert.equal(code, 0, stderr.slice(-3000));
    return stdout;
  };
  const assertNear212 = (shown: string): void => {
    const answer = Number(/100 °C is about ([\d.]+) °F/.exec(shown)?.[1]);
    assert.ok(Math.abs(answer - 212) < 2, `${answer}`);
  };

  it('M16: runs the Celsius notebook to within 2 of 212 °F', async () => {
    assertNear212(await executed('celsious2fahrenheit.ipynb'));
  });

  it('M17: trains the distributed one on two replicas, here two halves of the CPU, to within 2 of 212 °F', async () => {
    await putTwoReplicas(connection, 'two-replicas.ipynb');
    const shown = await executed('two-replicas.ipynb');
    assert.match(shown, /Replicas: 2\n/);
    assert.match(shown, /Trained on 2 replicas/);
    assertNear212(shown);
  });
});

/** The sample as it is, after a cell that stands in for the two GPUs. */
async function putTwoReplicas(connection: SshConnection, path: string): Promise<void> {
  const sample = await readFile(
    join(import.meta.dirname, '../../resources/notebooks/celsious2fahrenheit_distributed.ipynb'),
    'utf8',
  );
  const notebook = v.parse(v.looseObject({ cells: v.array(v.unknown()) }), JSON.parse(sample));
  const standIns = `import functools
import tensorflow as tf

(cpu,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
tf.distribute.MirroredStrategy = functools.partial(tf.distribute.MirroredStrategy, ["CPU:0", "CPU:1"])`;
  const cell = {
    id: 'stand-ins',
    cell_type: 'code',
    metadata: {},
    execution_count: null,
    outputs: [],
    source: standIns,
  };
  const stdin = JSON.stringify({ ...notebook, cells: [cell, ...notebook.cells] });
  await connection.exec(`cat >${path}`, { stdin });
}
