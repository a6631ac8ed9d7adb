import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { Client, type ConnectConfig, utils } from 'ssh2';
import { until } from '../../src/waiting/until';
import type { Machine, MachineSpec } from '../sandbox/machines/machine';
import { createMachines, type SandboxMachines } from '../sandbox/machines/machines';

/** A quiet host needs 2 s to a login; one that is busy with other suites needs many times that. */
const loginLimitMs = 90_000;
const keys = utils.generateKeyPairSync('ecdsa', { bits: 256 });

describe('a machine behind the simulated cloud', function () {
  this.timeout(10 * 60_000);
  let machines: SandboxMachines;
  let machine: Machine;

  before(async () => {
    machines = createMachines();
    await machines.prepare(['debian-12']);
    machine = await machines.boot(spec());
  });

  after(() => machines.dispose());

  it('answers on port 22 and lets opc in with the key of its metadata, with sudo', async () => {
    await untilLogin(machine, loginLimitMs);
    assert.equal((await onMachine(machine, 'whoami; sudo whoami')).stdout, 'opc\nroot\n');
  });

  it('finishes cloud-init without an error', async () => {
    const { code } = await machine.exec(['cloud-init', 'status', '--wait']);
    assert.ok(code === 0 || code === 2, `cloud-init status --wait gave ${code}`);
  });

  it('runs systemd under its own hostname', async () => {
    assert.equal((await onMachine(machine, 'hostname; ps -o comm= 1')).stdout, 'gpu-one\nsystemd\n');
  });

  it('prints the fingerprint of the host key that it shows on its console', async () => {
    const { fingerprint } = await onMachine(machine, 'true');
    const console = await machine.console();
    assert.match(console, /-----BEGIN SSH HOST KEY FINGERPRINTS-----/);
    assert.match(console, /-----END SSH HOST KEY FINGERPRINTS-----/);
    assert.ok(console.includes(fingerprint), `${fingerprint} is not on the console`);
  });

  it('runs the user data of its metadata', async () => {
    assert.equal((await onMachine(machine, 'cat /etc/from-user-data')).stdout, 'written by user data');
  });

  it("shows the shape's GPUs through a stand-in nvidia-smi that says so", async () => {
    const query = 'nvidia-smi --query-gpu=index,name,memory.total,compute_cap --format=csv,noheader';
    assert.equal(
      (await onMachine(machine, query)).stdout,
      '0, Tesla V100-SXM2-16GB, 16384 MiB, 7.0\n1, Tesla V100-SXM2-16GB, 16384 MiB, 7.0\n',
    );
    assert.match((await onMachine(machine, 'nvidia-smi')).stdout, /simulated/);
  });

  it('reaches the Python package index as this host does', async () => {
    const { code, stderr } = await onMachine(
      machine,
      'python3 -m pip download -q --no-deps -d /tmp/wheels six',
    );
    assert.equal(code, 0, stderr);
  });

  it('keeps its files, address and host key over stop and start', async () => {
    const before = await onMachine(machine, 'echo kept >~/file; sync');
    await machine.stop();
    await assert.rejects(login(machine));
    await machine.start();
    await untilLogin(machine, loginLimitMs);
    const after = await onMachine(machine, 'cat ~/file');
    assert.deepEqual(after, { ...before, stdout: 'kept\n' });
  });

  it('refuses new connections while its port 22 is closed, after a reset too', async () => {
    await machine.setReachable(false);
    await assert.rejects(login(machine));
    await machine.reset();
    await assert.rejects(login(machine));
    await machine.setReachable(true);
    await untilLogin(machine, loginLimitMs);
  });

  it('boots a kept disk as another instance with the same files', async () => {
    const before = await onMachine(machine, 'cat ~/file; sudo cat /var/lib/cloud/data/instance-id');
    const disk = await machine.terminate({ keepDisk: true });
    assert.ok(disk);
    machine = await machines.boot({ ...spec('gpu-two'), disk, gpu: { count: 0, name: '', memoryMiB: 0 } });
    await untilLogin(machine, loginLimitMs);
    const after = await onMachine(machine, 'cat ~/file; sudo cat /var/lib/cloud/data/instance-id');

    const [fileBefore, instanceBefore] = before.stdout.split('\n');
    const [fileAfter, instanceAfter] = after.stdout.split('\n');
    assert.equal(fileAfter, fileBefore);
    assert.notEqual(instanceAfter, instanceBefore);
    assert.notEqual(
      after.fingerprint,
      before.fingerprint,
      'cloud-init makes new host keys for a new instance',
    );
    await machine.exec(['cloud-init', 'status', '--wait']);
    const console = await machine.console();
    assert.ok(console.includes(after.fingerprint));
    assert.ok(!console.includes(before.fingerprint), 'the console is that of this instance alone');
    assert.equal((await onMachine(machine, 'hostname; command -v nvidia-smi')).stdout, 'gpu-two\n');
  });

  it("holds the package manager's lock for the first seconds after boot", async () => {
    const busy = await machines.boot({ ...spec('gpu-busy'), packageLockSeconds: 600 });
    try {
      await untilLogin(busy, loginLimitMs);
      const { code, stderr } = await onMachine(busy, 'sudo apt-get install -y --reinstall hostname');
      assert.notEqual(code, 0);
      assert.match(stderr, /lock.*held by process \d+ \(oracle-cloud-ag/);
    } finally {
      await busy.terminate({ keepDisk: false });
    }
  });

  it('is kept as a snapshot, from which other machines boot', async () => {
    const tag = `test-${randomUUID()}`;
    const others = createMachines({ snapshotFor: () => tag });
    try {
      await machines.snapshot(machine, tag);
      const copy = await others.boot(spec('gpu-copy'));
      await untilLogin(copy, loginLimitMs);
      assert.equal((await onMachine(copy, 'cat ~/file')).stdout, 'kept\n');
    } finally {
      await others.dispose();
      await machines.removeSnapshot(tag);
    }
  });
});

describe('a machine that looks like another system', function () {
  this.timeout(10 * 60_000);
  const machines = createMachines();

  after(() => machines.dispose());

  const cases = [
    { os: 'oracle-linux-7', user: 'opc', id: 'ol 7.9', tool: 'yum', absent: 'dnf' },
    { os: 'oracle-linux-8', user: 'opc', id: 'ol 8.10', tool: 'dnf', absent: 'apt-get' },
    { os: 'oracle-linux-9', user: 'opc', id: 'ol 9.7', tool: 'dnf', absent: 'apt-get' },
    { os: 'ubuntu-24.04', user: 'ubuntu', id: 'ubuntu 24.04', tool: 'apt-get', absent: 'dnf' },
  ] as const;

  for (const { os, user, id, tool, absent } of cases) {
    it(`${os} lets ${user} in and has ${tool}, not ${absent}`, async () => {
      await machines.prepare([os]);
      const machine = await machines.boot({ ...spec(), os });
      await untilLogin(machine, loginLimitMs, user);
      const script = `. /etc/os-release; echo "$ID $VERSION_ID"; sudo whoami; command -v ${tool} >/dev/null && ! command -v ${absent}`;
      const { code, stdout } = await onMachine(machine, script, user);
      assert.equal(stdout, `${id}\nroot\n`);
      assert.equal(code, 0);
      const status = await machine.exec(['cloud-init', 'status', '--wait']);
      assert.ok(status.code === 0 || status.code === 2, status.stdout);
      await machine.terminate({ keepDisk: false });
    });
  }

  it('installs Python with the real dnf from a local RPM repository, after waiting for the lock', async () => {
    const machine = await machines.boot({ ...spec(), os: 'oracle-linux-9', packageLockSeconds: 6 });
    await untilLogin(machine, loginLimitMs);
    const installed = await onMachine(machine, 'sudo dnf -y install python3.12 python3.12-pip');
    assert.equal(installed.code, 0, installed.stderr);
    assert.match(installed.stdout + installed.stderr, /Waiting for process with pid \d+ to finish/);
    const made = await onMachine(
      machine,
      'rpm -q python3.12 && python3.12 -m venv /tmp/env && /tmp/env/bin/pip -V',
    );
    assert.equal(made.code, 0, made.stdout + made.stderr);
  });
});

function spec(hostname = 'gpu-one'): MachineSpec {
  const userData =
    '#cloud-config\nwrite_files: [{path: /etc/from-user-data, content: written by user data}]\n';
  return {
    instanceId: `ocid1.instance.oc1..${randomUUID()}`,
    hostname,
    os: 'debian-12',
    metadata: {
      ssh_authorized_keys: keys.public,
      user_data: Buffer.from(userData).toString('base64'),
    },
    gpu: { count: 2, name: 'Tesla V100-SXM2-16GB', memoryMiB: 16384 },
    bootVolumeGb: 200,
    packageLockSeconds: 0,
  };
}

interface Login {
  readonly client: Client;
  /** `SHA256:…`, as cloud-init writes it. */
  readonly fingerprint: string;
}

function login(target: Machine, username = 'opc'): Promise<Login> {
  return new Promise((resolve, reject) => {
    let fingerprint = '';
    const config: ConnectConfig = {
      host: target.address,
      username,
      privateKey: keys.private,
      readyTimeout: 2_000,
      hostVerifier: (key: Buffer) => {
        fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
        return true;
      },
    };
    const client = new Client();
    client.once('ready', () => resolve({ client, fingerprint }));
    client.once('error', reject);
    client.connect(config);
  });
}

async function untilLogin(target: Machine, limitMs: number, user = 'opc'): Promise<void> {
  const attempt = async (): Promise<true | undefined> => {
    const found = await login(target, user).catch(() => undefined);
    found?.client.end();
    return found && true;
  };
  await until(attempt, { what: 'a login', limitMs, everyMs: 100 });
}

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly fingerprint: string;
}

async function onMachine(target: Machine, command: string, user = 'opc'): Promise<Ran> {
  const { client, fingerprint } = await login(target, user);
  try {
    return await new Promise<Ran>((resolve, reject) => {
      client.exec(command, (error, channel) => {
        if (error) {
          reject(error);
          return;
        }
        let stdout = '';
        let stderr = '';
        channel.on('data', (data: Buffer) => (stdout += data.toString()));
        channel.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
        channel.on('close', (code: number | null) => resolve({ code, stdout, stderr, fingerprint }));
      });
    });
  } finally {
    client.end();
  }
}
