import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { utils } from 'ssh2';
import { createSetup, type Setup } from '../../src/setup/setup';
import type { SetupEvent } from '../../src/setup/follow';
import type { SetupOutcome } from '../../src/setup/outcome';
import type { SetupPlan } from '../../src/setup/plan';
import type { StepEvent } from '../../src/setup/state-events';
import { createSshConnection } from '../../src/ssh/connection';
import type { SshConnection } from '../../src/ssh/types';
import type { Machine } from '../sandbox/machines/machine';
import { createMachines } from '../sandbox/machines/machines';

/** The CPU build, named as the sandbox's own choice: the machine shows two GPUs that are not there. */
const plan: SetupPlan = {
  way: 'native',
  user: 'opc',
  gpus: { count: 0, name: '' },
  tensorflow: 'cpu',
  extraPackages: [],
};
const gpuPlan: SetupPlan = {
  ...plan,
  gpus: { count: 2, name: 'Tesla V100-SXM2-16GB' },
  tensorflow: 'cuda',
  sandbox: { cpuTensorflow: true },
};
const keys = utils.generateKeyPairSync('ecdsa', { bits: 256 });

describe('native set-up on a booted machine', function () {
  this.timeout(10 * 60_000);
  const machines = createMachines();
  let machine: Machine;
  let connection: SshConnection;
  let setup: Setup;

  before(async () => {
    machine = await machines.boot({
      instanceId: `ocid1.instance.oc1..${randomUUID()}`,
      hostname: 'lab',
      os: 'debian-12',
      metadata: { ssh_authorized_keys: keys.public },
      gpu: { count: 2, name: 'Tesla V100-SXM2-16GB', memoryMiB: 16_160 },
      bootVolumeGb: 200,
      packageLockSeconds: 5,
    });
    connection = createSshConnection({
      address: { host: machine.address, port: 22, user: 'opc' },
      identity: { kind: 'key', privateKeyPem: keys.private },
      checkHostKey: () => Promise.resolve(true),
    });
    await untilLogin();
    setup = createSetup({ connection, resourcesDir: join(import.meta.dirname, '../../resources') });
  });

  after(async () => {
    connection.dispose();
    await machines.dispose();
  });

  /** sshd answers before cloud-init has let the key in. */
  const untilLogin = async (): Promise<void> => {
    for (const end = Date.now() + 90_000; ;) {
      try {
        await connection.connect({ limitMs: 10_000 });
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  };

  /** Starts and follows to the end. */
  const run = async (wanted: SetupPlan): Promise<{ events: SetupEvent[]; outcome: SetupOutcome }> => {
    assert.deepEqual(await setup.start(wanted), { kind: 'started' });
    const events: SetupEvent[] = [];
    for await (const event of setup.follow(0, AbortSignal.timeout(8 * 60_000))) events.push(event);
    const last = events.at(-1);
    assert.equal(last?.kind, 'ended');
    return { events, outcome: last.outcome };
  };
  const steps = (events: SetupEvent[]): StepEvent[] => events.filter((event) => event.kind === 'step');
  const log = (events: SetupEvent[]): string =>
    events.map((event) => (event.kind === 'log' ? event.text : '')).join('');

  it('finds out what the machine is like', async () => {
    const facts = await setup.probe();
    assert.equal(facts.os, 'debian');
    assert.equal(facts.sudo, 'passwordless');
    assert.equal(facts.port8888, 'free');
    assert.equal(facts.setup, 'none');
    assert.equal(facts.gpus, 2);
  });

  it('names a package that does not exist, and says what to do', async () => {
    const { outcome } = await run({ ...plan, extraPackages: ['no-such-package-of-oci-gpu-lab'] });
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
    const environment = steps(events).find(({ id }) => id === 'environment');
    assert.equal(environment?.state, 'skipped');
    assert.ok(events.some(({ kind }) => kind === 'lost'));
    const last = events.at(-1);
    assert.equal(last?.kind, 'ended');
    assert.equal(last.outcome.kind, 'readyWithWarning', log(events).slice(-3000));
    assert.match(last.outcome.message, /TensorFlow sees 0 of 2 GPUs: the CPU build/);
    assert.equal(log(events).split('==> [5/9]').length, 4, 'each of three runs told once');
  });

  it('does not repeat on a second run what is done, and is ready with 0 of 0', async () => {
    const { outcome } = await run(plan);
    assert.equal(outcome.kind, 'ready');
    assert.deepEqual(await setup.status(), { kind: 'ended', outcome });
    const begun = Date.now();
    const { events } = await run(plan);
    assert.ok(Date.now() - begun < 20_000, `${Date.now() - begun} ms`);
    const skipped = steps(events).filter(({ state }) => state === 'skipped');
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

  it('serves JupyterLab on loopback alone, enabled at boot', async () => {
    const sockets = await machine.exec(['ss', '-ltnH', 'sport = :8888']);
    assert.match(sockets.stdout, /127\.0\.0\.1:8888/);
    assert.equal(sockets.stdout.trim().split('\n').length, 1);
    const enabled = await machine.exec(['systemctl', 'is-enabled', 'jupyterlab.service']);
    assert.equal(enabled.stdout.trim(), 'enabled');
  });

  it('takes a password, of which only the hash is kept', async () => {
    await setup.setPassword('correct horse');
    const hash = await machine.exec(['cat', '/opt/oci-gpu-lab/jupyter/password-hash']);
    assert.match(hash.stdout, /^(argon2|sha1|sha256):/);
    const mode = await machine.exec(['stat', '-c', '%a', '/opt/oci-gpu-lab/jupyter/password-hash']);
    assert.equal(mode.stdout.trim(), '600');
  });

  it('lists the packages, TensorFlow first', async () => {
    const packages = await setup.packages();
    assert.match(packages[0]?.name ?? '', /^tensorflow/);
    assert.ok(packages.length > 50);
  });

  it('runs the Celsius notebook to within 2 of 212 °F', async () => {
    const command =
      '. /opt/oci-gpu-lab/activate.sh && jupyter nbconvert --to markdown --execute --stdout celsious2fahrenheit.ipynb';
    const { stdout } = await connection.exec(command, { limitMs: 120_000 });
    const answer = Number(/100 °C is about ([\d.]+) °F/.exec(stdout)?.[1]);
    assert.ok(Math.abs(answer - 212) < 2, `${answer}`);
  });
});
