import assert from 'node:assert/strict';
import type { SetupOutcome } from '../../src/setup/outcome';
import { until } from '../../src/waiting/until';
import { createMachines } from '../sandbox/machines/machines';
import { bootToSetUp, type MachineToSetUp } from './machine-to-set-up';

const folder = '/home/opc/.local/share/oci-gpu-lab';

describe('native set-up for a user without sudo', function () {
  this.timeout(10 * 60_000);
  const machines = createMachines();
  let lab: MachineToSetUp;

  before(async () => {
    lab = await bootToSetUp(machines, 'debian-12');
    await lab.asRoot('rm /etc/sudoers.d/90-cloud-init-users');
  });
  after(async () => {
    lab.connection.dispose();
    await machines.dispose();
  });

  const refusal = async (): Promise<string> => {
    const answer = await lab.setup.start(lab.plan);
    return answer.kind === 'refused' ? answer.message : answer.kind;
  };
  const asUser = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await lab.connection.exec(command);
    assert.equal(code, 0, `${command}: ${stderr}`);
    return stdout.trim();
  };

  it('is refused without python3-venv, and where services end with the login; nothing is left behind', async () => {
    await lab.asRoot('mv /usr/lib/python3.11/ensurepip /root/');
    assert.match(await refusal(), /no sudo .* needs python3 with python3-venv\. Ask an administrator/);
    await lab.asRoot('mv /root/ensurepip /usr/lib/python3.11/');
    assert.match(await refusal(), /Ask an administrator to run: loginctl enable-linger opc, then retry\.$/);
    assert.equal(await lab.asRoot('ls -d /opt/oci-gpu-lab /home/opc/.local 2>/dev/null || true'), '');
  });

  it('is refused with Docker, which needs sudo', async () => {
    const answer = await lab.setup.start({ ...lab.plan, way: 'dockerHub' });
    assert.match(answer.kind === 'refused' ? answer.message : '', /which Docker needs/);
  });

  it('can be cancelled, and goes on where it stopped until JupyterLab answers', async () => {
    await lab.asRoot('loginctl enable-linger opc');
    assert.equal((await lab.setup.start(lab.plan)).kind, 'started');
    let outcome: SetupOutcome | undefined;
    for await (const event of lab.setup.follow(0, AbortSignal.timeout(120_000))) {
      if (event.kind === 'step' && event.id === 'environment' && event.state === 'started') {
        assert.deepEqual(await lab.setup.status(), { kind: 'running' });
        await lab.setup.cancel();
      }
      if (event.kind === 'ended') outcome = event.outcome;
    }
    assert.deepEqual(outcome, { kind: 'cancelled' });
    const run = await lab.run();
    assert.equal(run.outcome.kind, 'ready', run.log.slice(-3000));
    assert.deepEqual(await lab.setup.status(), { kind: 'ended', outcome: run.outcome });
    assert.equal(await lab.askJupyter('/api/kernels', await lab.setup.jupyterToken()), '200');
    assert.equal(await lab.askJupyter('/api/kernels', ''), '403');
  });

  it('has put everything into the home folder, and runs as a service of the user alone', async () => {
    assert.equal(await asUser(`stat -c '%a %U' ${folder}/jupyter/token`), '600 opc');
    assert.equal(await asUser('systemctl --user is-enabled jupyterlab.service'), 'enabled');
    assert.equal(await lab.asRoot('systemctl is-active jupyterlab.service || true'), 'inactive');
    assert.equal(await lab.asRoot('ls -d /opt/oci-gpu-lab 2>/dev/null || true'), '');
    assert.equal((await lab.setup.probe()).port8888, 'own');
    assert.match((await lab.setup.packages())[0]?.name ?? '', /^tensorflow/);
  });

  it('takes a password, and comes back when the machine boots, without a login', async () => {
    await lab.setup.setPassword('correct horse');
    assert.match(await asUser(`cat ${folder}/jupyter/password-hash`), /^(argon2|sha1|sha256):/);
    const token = await lab.setup.jupyterToken();
    await lab.machine.reset();
    const ask = `python3 ${folder}/setup/python/ask_jupyter.py 8888 ${folder}/jupyter/token && echo yes || true`;
    const answers = async (): Promise<true | undefined> =>
      (await lab.asRoot(ask)) === 'yes' ? true : undefined;
    await until(answers, { what: 'JupyterLab to come back', limitMs: 120_000, everyMs: 500 });
    assert.match(token, /^[0-9a-f]{64}$/);
  });
});
