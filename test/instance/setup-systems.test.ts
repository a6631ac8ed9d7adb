import assert from 'node:assert/strict';
import type { SetupEvent } from '../../src/setup/follow';
import { until } from '../../src/waiting/until';
import type { MachineOs, Machines } from '../sandbox/machines/machine';
import { createMachines } from '../sandbox/machines/machines';
import { bootToSetUp, type MachineToSetUp, type SetupRun } from './machine-to-set-up';

/** Ended by the tests: how long the cloud agent holds the package manager must not depend on this host's speed. */
const lockedForLong = { packageLockSeconds: 1_200 };
const held = /Waiting: the package manager is in use by .*oracle-cloud-agent/;

/** Lets the agent go once set-up has said that it waits for it. */
const freeTheLock =
  ({ asRoot }: MachineToSetUp) =>
  async (event: SetupEvent): Promise<void> => {
    if (event.kind === 'log' && held.test(event.bytes.toString()))
      await asRoot('systemctl stop package-lock.service');
  };

/** The Python that set-up takes where only the way to the end is looked at. */
const pythons = {
  'oracle-linux-7': '/opt/rh/rh-python38/root/usr/bin/python3.8',
  'oracle-linux-8': '/usr/bin/python3.12',
} as const;

/** What everybody relies on after set-up: Jupyter takes the token and nothing else, TensorFlow was asked for GPUs. */
async function assertReady(lab: MachineToSetUp, { outcome, log }: SetupRun): Promise<void> {
  assert.equal(outcome.kind, 'ready', log.slice(-3000));
  assert.equal(outcome.gpus.found, 0);
  assert.match(log, /Num GPUs Available:\s*0/);
  assert.equal(await lab.askJupyter('/api/kernels', await lab.setup.jupyterToken()), '200');
  assert.equal(await lab.askJupyter('/api/kernels', ''), '403');
}

describe('native set-up, system by system', function () {
  this.timeout(15 * 60_000);
  const machines = createMachines();
  const others = new Map<MachineOs, Promise<void>>();

  before(async () => {
    await machines.prepare(['oracle-linux-7', 'oracle-linux-8', 'oracle-linux-9', 'ubuntu-24.04']);
    // One after the other, beside the tests of the next two machines; each is told by its own test at the end.
    const first = setUpAndCheck(machines, 'oracle-linux-7');
    const second = first.catch(() => undefined).then(() => setUpAndCheck(machines, 'oracle-linux-8'));
    second.catch(() => undefined);
    others.set('oracle-linux-7', first).set('oracle-linux-8', second);
  });

  after(async () => {
    await Promise.allSettled(others.values());
    await machines.dispose();
  });

  describe('on Oracle Linux 9, where much goes wrong', () => {
    let lab: MachineToSetUp;

    before(async () => {
      lab = await bootToSetUp(machines, 'oracle-linux-9', lockedForLong);
    });
    after(() => lab.connection.dispose());

    it('is refused to a user without sudo where Python is missing, with what to do', async () => {
      await lab.asRoot('mv /etc/sudoers.d/90-cloud-init-users /root/');
      const refused = await lab.setup.start(lab.plan);
      await lab.asRoot('mv /root/90-cloud-init-users /etc/sudoers.d/');
      assert.equal(refused.kind, 'refused');
      assert.match(
        refused.message,
        /^The user opc has no sudo without a password, and set-up needs python3\.12\. Ask .* then retry\.$/,
      );
    });

    it('is refused when another program has port 8888, which it names', async () => {
      await lab.asRoot('systemd-run --unit=other-program python3 -m http.server 8888 --bind 127.0.0.1');
      const taken = async () => ((await lab.setup.probe()).port8888 === 'free' ? undefined : true);
      await until(taken, { what: 'the other program', limitMs: 30_000, everyMs: 200 });
      const refused = await lab.setup.start(lab.plan);
      await lab.asRoot('systemctl stop other-program.service');
      assert.equal(refused.kind, 'refused');
      assert.match(refused.message, /^Port 8888 is in use .* by python3 \(process \d+\)\. Stop that program/);
    });

    it('waits for the cloud agent, then says how much room is missing and where some can be made', async () => {
      await lab.asRoot('mkdir -p /opt/oci-gpu-lab && mount -t tmpfs -o size=1g tmpfs /opt/oci-gpu-lab');
      await lab.asRoot('head -c 200M /dev/zero >/var/log/large.log');
      const { outcome, log } = await lab.run({ onEvent: freeTheLock(lab) });
      assert.match(log, held);
      assert.equal(outcome.kind, 'failed');
      assert.equal(outcome.reason, 'diskTooSmall');
      assert.match(
        outcome.message,
        /: 10\d\d MiB are free where .* 3000 MiB are needed; .*\/var\/log \(2\d\d MiB\)/,
      );
      await lab.asRoot('umount /opt/oci-gpu-lab');
    });

    it('tries again while the package index cannot be reached, then says so', async () => {
      await lab.asRoot('systemctl set-environment LAB_RETRY_PAUSE=0');
      await cutOff(lab);
      const { outcome, log, steps } = await lab.run();
      assert.equal(outcome.kind, 'failed');
      assert.equal(outcome.reason, 'network', log.slice(-3000));
      assert.match(outcome.nextAction, /way out to the internet/);
      assert.equal(log.match(/The network failed; trying again/g)?.length, 3);
      assert.equal(steps.at(-1)?.id, 'environment');
    });

    it('goes on by itself when the index comes back, and is ready', async () => {
      await lab.asRoot('systemctl unset-environment LAB_RETRY_PAUSE');
      let trying = false;
      const run = await lab.run({
        onEvent: async (event) => {
          // The log begins with that of the run before.
          if (event.kind === 'step' && event.id === 'environment') trying = event.state === 'started';
          if (trying && event.kind === 'log' && event.bytes.includes('trying again in 5 s'))
            await reconnect(lab);
        },
      });
      assert.deepEqual(
        run.steps.filter(({ state }) => state === 'skipped').map(({ id }) => id),
        ['disk', 'python'],
      );
      await assertReady(lab, run);
    });

    it('M9: has used python3.12 by dnf, grown the disk, and labelled what SELinux looks at', async () => {
      assert.equal(
        await lab.asRoot('rpm -qa "python3*" | sort'),
        ['python3.12-1.0-1.noarch', 'python3.12-libs-1.0-1.noarch', 'python3.12-pip-wheel-1.0-1.noarch'].join(
          '\n',
        ),
      );
      assert.equal(await lab.asRoot('readlink /opt/oci-gpu-lab/python'), '/usr/bin/python3.12');
      const calls = await lab.asRoot('cat /var/log/simulated-calls.log');
      assert.match(calls, /^oci-growfs -y$/m);
      assert.match(calls, /^restorecon .*\/opt\/oci-gpu-lab\/env$/m);
      assert.match(calls, /^restorecon .*\/etc\/systemd\/system\/jupyterlab\.service$/m);
    });

    it('keeps a notebook that the person has edited, and brings the others back', async () => {
      await lab.asRoot('echo >>/home/opc/num_gpu.ipynb; rm /home/opc/celsious2fahrenheit.ipynb');
      const before = await lab.asRoot('sha256sum /home/opc/num_gpu.ipynb');
      const { log } = await lab.run();
      assert.match(log, /num_gpu\.ipynb has been changed here: kept/);
      assert.equal(await lab.asRoot('sha256sum /home/opc/num_gpu.ipynb'), before);
      assert.equal(await lab.asRoot('stat -c %U /home/opc/celsious2fahrenheit.ipynb'), 'opc');
    });

    it('M12: has Jupyter back after a reboot, with the same token', async () => {
      const token = await lab.setup.jupyterToken();
      await lab.machine.stop();
      await lab.machine.start();
      const answers = async () => {
        // The connection of before is lost at some time during this.
        const status = await lab.askJupyter('/api/status', token).catch(() => 'no connection');
        return status === '200' ? true : undefined;
      };
      await until(answers, { what: 'Jupyter after the reboot', limitMs: 120_000, everyMs: 500 });
    });
  });

  describe('on Ubuntu, where the disk becomes full', () => {
    let lab: MachineToSetUp;

    before(async () => {
      lab = await bootToSetUp(machines, 'ubuntu-24.04', lockedForLong);
      await putIntoMemory(lab);
    });
    after(() => lab.connection.dispose());

    it('waits for the package manager, installs what is missing, and names a disk that fills up', async () => {
      const free = freeTheLock(lab);
      const { outcome, log } = await lab.run({
        onEvent: async (event) => {
          await free(event);
          if (event.kind !== 'step' || event.id !== 'packages' || event.state !== 'started') return;
          await lab.asRoot('mount -o remount,size=400m /opt/oci-gpu-lab');
        },
      });
      assert.match(log, held);
      assert.match(log, /Setting up python3-venv/);
      assert.equal(outcome.kind, 'failed');
      assert.equal(outcome.reason, 'diskFull', log.slice(-3000));
      assert.match(outcome.message, /became full.*: \d+ MiB are free where \/opt\/oci-gpu-lab is/);
    });

    it('goes on with the packages when there is room again', async () => {
      await lab.asRoot('mount -o remount,size=6g /opt/oci-gpu-lab');
      const run = await lab.run();
      assert.ok(run.steps.some(({ id, state }) => id === 'environment' && state === 'skipped'));
      await assertReady(lab, run);
    });
  });

  // Last: in a suite, mocha runs its own tests before those of its inner suites.
  describe('on Oracle Linux 7 and 8', () => {
    for (const os of Object.keys(pythons) as (keyof typeof pythons)[]) {
      it(`M9: is ready on ${os}, after waiting for the cloud agent, with ${pythons[os]}`, async () => {
        await others.get(os);
      });
    }
  });
});

async function setUpAndCheck(machines: Machines, os: keyof typeof pythons): Promise<void> {
  const lab = await bootToSetUp(machines, os, lockedForLong);
  try {
    await putIntoMemory(lab);
    const run = await lab.run({ onEvent: freeTheLock(lab) });
    await assertReady(lab, run);
    assert.match(run.log, held);
    assert.equal(await lab.asRoot('readlink /opt/oci-gpu-lab/python'), pythons[os]);
    if (os === 'oracle-linux-7') await assertCollectionIsUsed(lab, run);
  } finally {
    lab.connection.dispose();
    await lab.machine.terminate({ keepDisk: false });
  }
}

/** What is installed goes to memory: it spares the host's disk, and its size can be changed. */
async function putIntoMemory({ asRoot }: MachineToSetUp): Promise<void> {
  await asRoot('mkdir -p /opt/oci-gpu-lab && mount -t tmpfs -o size=6g tmpfs /opt/oci-gpu-lab');
}

/** Oracle Linux 7's Python works only with the settings of its collection. */
async function assertCollectionIsUsed(lab: MachineToSetUp, { log }: SetupRun): Promise<void> {
  assert.match(log, /Oracle Linux 7 is out of support/);
  const service =
    'tr "\\0" "\\n" </proc/$(systemctl show -p MainPID jupyterlab.service | cut -d= -f2)/environ';
  assert.match(await lab.asRoot(service), /^LD_LIBRARY_PATH=\/opt\/rh\/rh-python38\/root\/usr\/lib64/m);
  await lab.setup.setPassword('correct horse');
}

/** No new connection leaves the machine, and no name is found; the login, which comes in, stays. */
async function cutOff({ asRoot }: MachineToSetUp): Promise<void> {
  await asRoot('cp /etc/resolv.conf /root/resolv.conf && echo nameserver 127.0.0.1 >/etc/resolv.conf');
  await asRoot('iptables -I OUTPUT ! -o lo -p tcp --syn -j REJECT');
}

async function reconnect({ asRoot }: MachineToSetUp): Promise<void> {
  await asRoot('iptables -D OUTPUT ! -o lo -p tcp --syn -j REJECT; cat /root/resolv.conf >/etc/resolv.conf');
}
