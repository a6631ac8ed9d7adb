/** One machine as a Docker container, from its first boot to its end. */
import type { CommandResult, Docker } from './docker';
import type { Machine, MachineDisk } from './machine';

/** What a container is made with. */
export interface ContainerSpec {
  readonly name: string;
  readonly hostname: string;
  readonly image: string;
  readonly network: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly cgroupVersion: 1 | 2;
  /** Folders of this host, by their path inside. */
  readonly mounts: Readonly<Record<string, string>>;
}

const stopLimitSeconds = 20;
const execLimitMs = 30 * 60_000;

/** Makes a container without starting it, and gives its id. */
export function createContainer(docker: Docker, spec: ContainerSpec): Promise<string> {
  return docker.output(['create', ...createFlags(spec), spec.image]);
}

/**
 * The flags under which systemd runs as PID 1 without `--privileged`.
 * `-t` gives it a console, which `docker logs` keeps.
 */
export function createFlags(spec: ContainerSpec): string[] {
  return [
    '-t',
    ...['--name', spec.name, '--hostname', spec.hostname],
    ...['--network', spec.network, '--ip', spec.address],
    ...Object.entries(spec.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...['--cap-add', 'SYS_ADMIN', '--cap-add', 'NET_ADMIN'],
    ...['--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined'],
    ...['--tmpfs', '/run', '--tmpfs', '/run/lock'],
    ...(spec.cgroupVersion === 1 ? ['-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw'] : ['--cgroupns', 'private']),
    // On a volume, a Docker engine inside can use overlay2; on the container's own overlay it cannot.
    ...['-v', '/var/lib/docker'],
    ...Object.entries(spec.mounts).flatMap(([inside, outside]) => ['-v', `${outside}:${inside}`]),
  ];
}

/** The machine in a container that was just started at `bootedAt`. */
export function containerMachine(
  docker: Docker,
  container: {
    readonly id: string;
    readonly instanceId: string;
    readonly address: string;
    readonly bootedAt: Date;
  },
): Machine {
  const { id } = container;
  let reachable = true;
  const exec = (command: readonly string[], options?: { stdin?: string }): Promise<CommandResult> =>
    docker.run(['exec', '-i', id, ...command], { stdin: options?.stdin, limitMs: execLimitMs });

  const start = async (): Promise<void> => {
    await docker.output(['start', id]);
    // The rule lives in the container's network namespace, which is new with each start.
    if (!reachable) await closePort(exec);
  };
  const stop = async (): Promise<void> => {
    await docker.output(['stop', '--time', String(stopLimitSeconds), id]);
  };

  return {
    instanceId: container.instanceId,
    address: container.address,
    exec,
    start,
    stop,
    async console() {
      return docker.output(['logs', '--since', container.bootedAt.toISOString(), id]);
    },
    async reset() {
      await docker.run(['kill', id]);
      await start();
    },
    async terminate({ keepDisk }): Promise<MachineDisk | undefined> {
      if (!keepDisk) {
        await removeContainer(docker, id);
        return undefined;
      }
      await stop();
      return { id };
    },
    async setReachable(next) {
      if (next === reachable) return;
      reachable = next;
      await (next ? openPort(exec) : closePort(exec));
    },
  };
}

/** Removes a container, running or not, with its volumes. One that is gone already is fine. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  await docker.output(['rm', '--force', '--volumes', id]);
}

type Exec = Machine['exec'];

/** New connections only: what is established goes on, as under a stateful security rule. */
const rule = ['INPUT', '-p', 'tcp', '--dport', '22', '--syn', '-j', 'DROP'];

/** A machine that is stopped has no rules: they are set again when it starts. */
async function closePort(exec: Exec): Promise<void> {
  await exec(['iptables', '-I', ...rule]);
}

async function openPort(exec: Exec): Promise<void> {
  await exec(['iptables', '-D', ...rule]);
}
