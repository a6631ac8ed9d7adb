import assert from 'node:assert/strict';
import type { MachineOs } from '../sandbox/machines/machine';
import { createMachines } from '../sandbox/machines/machines';
import { openRegistry, type Registry } from '../sandbox/registry/registry';
import { followRun, type FollowedRun } from './follow-run';
import { bootToSetUp, type MachineToSetUp } from './machine-to-set-up';

const gpu = { count: 1, name: 'NVIDIA A10', memoryMiB: 24_576 };

/** Each run ends at the registry, which allows no pulls here: what comes before it is what is looked at. */
describe('Docker and the NVIDIA Container Toolkit, system by system', function () {
  this.timeout(10 * 60_000);
  const machines = createMachines();
  let registry: Registry;
  const booted: MachineToSetUp[] = [];

  before('the first time ever, the registry builds its images', async function () {
    this.timeout(30 * 60_000);
    registry = await openRegistry({ machines });
    registry.dockerHub.set({ kind: 'status', status: 429, times: 1_000 });
  });

  after(async () => {
    for (const { connection } of booted) connection.dispose();
    // Missing when the beginning failed.
    await (registry as Registry | undefined)?.dispose();
    await machines.dispose();
  });

  const boot = async (os: MachineOs): Promise<MachineToSetUp> => {
    const lab = await bootToSetUp(machines, os, { gpu });
    booted.push(lab);
    await registry.openTo(lab.machine);
    return lab;
  };
  const run = async ({ setup, plan }: MachineToSetUp, fromByte = 0): Promise<FollowedRun> =>
    await followRun(
      setup,
      {
        ...plan,
        way: 'dockerHub',
        gpus: { count: gpu.count, name: gpu.name },
        tensorflow: 'cuda',
        mirrors: registry.mirrors,
      },
      fromByte,
    );
  /** Docker and the toolkit are installed, and work. */
  const hasBoth = async (lab: MachineToSetUp, { outcome, log, steps }: FollowedRun): Promise<void> => {
    assert.equal(outcome.kind === 'failed' ? outcome.reason : outcome.kind, 'registryLimit', log);
    assert.ok(steps.some(({ id, state }) => id === 'gpu-toolkit' && state === 'done'));
    assert.match(await lab.asRoot('docker info --format "{{json .Runtimes}}"'), /"nvidia"/);
    assert.equal(await lab.asRoot('systemctl is-enabled docker'), 'enabled');
  };

  describe('on Oracle Linux 8, where podman and its runc are in the way', () => {
    let lab: MachineToSetUp;
    let first: FollowedRun;
    before(async () => {
      lab = await boot('oracle-linux-8');
      await lab.asRoot('dnf -y -q install podman && mkdir -p /var/lib/simulated-podman');
      await lab.asRoot('echo 0123456789ab >/var/lib/simulated-podman/opc');
      first = await run(lab);
    });

    it('stops and asks when podman has containers, and has removed nothing', async () => {
      const { outcome } = first;
      assert.ok(outcome.kind === 'failed', first.log);
      assert.equal(outcome.reason, 'podmanContainers', first.log);
      assert.match(outcome.detail, /podman has 1 containers here/);
      assert.match(outcome.nextAction, /Remove these containers, or set up the native way/);
      await lab.asRoot('rpm -q podman runc');
    });

    it('M19: replaces runc after saying so, when no container needs it', async () => {
      await lab.asRoot('rm /var/lib/simulated-podman/opc');
      const second = await run(lab, first.logAt);
      await hasBoth(lab, second);
      assert.match(second.log, /Docker CE replaces runc; what needs it is removed with it:\s+podman/);
      await lab.asRoot('rpm -q docker-ce containerd.io container-selinux && ! rpm -q runc podman');
      assert.match(await lab.asRoot('cat /etc/yum.repos.d/docker-ce.repo'), /module_hotfixes=1/);
    });
  });

  it('M19: on Oracle Linux 7, with container-selinux from ol7_addons', async () => {
    const lab = await boot('oracle-linux-7');
    await hasBoth(lab, await run(lab));
    await lab.asRoot('rpm -q docker-ce container-selinux nvidia-container-toolkit');
    assert.match(await lab.asRoot('yum repolist --enabled'), /ol7_addons/);
  });

  it('M19: on Ubuntu, where a Docker that works is kept', async () => {
    const lab = await boot('ubuntu-24.04');
    await lab.asRoot('apt-get update -q && apt-get install -y -q --no-install-recommends docker.io');
    const done = await run(lab);
    await hasBoth(lab, done);
    assert.match(done.log, /A working Docker is here already, and is kept/);
    const ce = await lab.asRoot("dpkg-query -W -f '${db:Status-Status}' docker-ce 2>/dev/null || true");
    assert.notEqual(ce, 'installed');
    assert.match(await lab.asRoot('id -nG ubuntu'), /\bdocker\b/);
  });

  it('M19: on Ubuntu without Docker, from Docker’s own repository', async () => {
    const lab = await boot('ubuntu-24.04');
    await hasBoth(lab, await run(lab));
    assert.equal(await lab.asRoot("dpkg-query -W -f '${db:Status-Status}' docker-ce"), 'installed');
    assert.match(await lab.asRoot('cat /etc/apt/sources.list.d/docker*'), /linux\/ubuntu/);
  });

  it('M19: on Oracle Linux 9', async () => {
    const lab = await boot('oracle-linux-9');
    await hasBoth(lab, await run(lab));
    await lab.asRoot('rpm -q docker-ce containerd.io container-selinux nvidia-container-toolkit');
  });

  it('names the engine when it does not start', async () => {
    const [lab] = booted.slice(-1);
    assert.ok(lab);
    await lab.asRoot('systemctl stop docker.service docker.socket; mv /etc/docker/daemon.json /root/');
    await lab.asRoot("echo '{' >/etc/docker/daemon.json");
    const { outcome, log } = await run(lab);
    await lab.asRoot(
      'mv /root/daemon.json /etc/docker/ && systemctl reset-failed docker && systemctl start docker',
    );
    assert.ok(outcome.kind === 'failed', log);
    assert.equal(outcome.reason, 'engineSilent', log);
    assert.match(outcome.message, /The Docker engine on the instance does not start/);
  });

  it('names the driver when nvidia-smi does not work, before anything is pulled', async () => {
    const [lab] = booted.slice(-1);
    assert.ok(lab);
    await lab.asRoot(
      "printf '#!/bin/sh\\necho NVIDIA-SMI has failed; exit 9\\n' >/usr/local/bin/nvidia-smi; chmod +x /usr/local/bin/nvidia-smi",
    );
    const { outcome, log } = await run(lab);
    assert.ok(outcome.kind === 'failed', log);
    assert.equal(outcome.reason, 'driverMissing', log);
    assert.match(outcome.message, /The NVIDIA driver on the instance does not work/);
  });
});
