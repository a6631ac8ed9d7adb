/** Boots the machines behind the simulated cloud, and removes all that it made. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, type Logger } from '../../../src/ports/logger';
import { containerMachine, createContainer, removeContainer } from './container';
import type { Docker } from './docker';
import { openEngine, type Engine } from './engine';
import { readHostSettings, type HostSettings } from './host-settings';
import { createImages, type Images } from './images';
import { newRunId, removeLeftovers, removeRun, runLabel } from './leftovers';
import type { Machine, MachineDisk, MachineOs, Machines, MachineSpec } from './machine';
import { createNetwork, type MachineNetwork } from './network';
import { wheelCache, withSeed } from './seed';

/** What the machines can be told; all has a default. */
export interface MachinesDeps {
  readonly log?: Logger;
  /** Where engine data and wheels are kept between runs; `oci-gpu-lab` in the user's cache folder if not given. */
  readonly cacheFolder?: string;
  /**
   * The tag of a snapshot to boot instead of the operating system's image, for tests that need a machine which
   * is set up already. Asked at each boot that has no disk; a tag that was never kept is passed over.
   */
  readonly snapshotFor?: (spec: MachineSpec) => string | undefined;
}

/** What the machines run on, for what stands beside them. */
export interface MachinesHost {
  readonly docker: Docker;
  readonly settings: HostSettings;
  /** Images for whatever else is made from a minimal Debian. */
  readonly images: Images;
  /** The label with which everything of this run is removed in the end. */
  readonly label: string;
}

/** {@link Machines}, with what only the sandbox can do. */
export interface SandboxMachines extends Machines {
  /** Builds the images for these systems if they are missing, so that the first boot is quick. */
  prepare(systems: readonly MachineOs[]): Promise<void>;
  /** Keeps a machine's present file system (not what its Docker engine holds) under `tag`, beyond this run. */
  snapshot(machine: Machine, tag: string): Promise<void>;
  hasSnapshot(tag: string): Promise<boolean>;
  removeSnapshot(tag: string): Promise<void>;
  /** Opens the engine, if no machine has done so yet. */
  host(): Promise<MachinesHost>;
}

/** The engine and what was made on it, once the first machine is asked for. */
interface Room {
  readonly engine: Engine;
  readonly images: Images;
  readonly network: MachineNetwork;
  readonly settings: HostSettings;
}

/** The folder for things worth keeping between runs. */
export function defaultCacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'oci-gpu-lab');
}

/** Machines of one run. Nothing is started before the first call that needs it. */
export function createMachines({
  log = silentLogger,
  cacheFolder = defaultCacheFolder(),
  snapshotFor = () => undefined,
}: MachinesDeps = {}): SandboxMachines {
  const runId = newRunId();
  const containers = new Map<string, string>();
  let opening: Promise<Room> | undefined;
  const booting = new Set<Promise<Machine>>();
  let boots = 0;

  const room = (): Promise<Room> => {
    opening ??= openRoom(runId, log, cacheFolder);
    return opening;
  };

  const imageFor = async ({ engine, images }: Room, spec: MachineSpec): Promise<string> => {
    const tag = snapshotFor(spec);
    if (tag !== undefined && (await imageExists(engine, snapshotImage(tag)))) return snapshotImage(tag);
    return images.ensure(spec.os);
  };

  const makeContainer = async (opened: Room, spec: MachineSpec, address: string): Promise<string> =>
    createContainer(opened.engine.docker, {
      name: `oci-gpu-lab-${runId}-${++boots}`,
      hostname: spec.hostname,
      image: await imageFor(opened, spec),
      network: opened.network.name,
      address,
      labels: { [runLabel]: runId, [`${runLabel}.instance`]: spec.instanceId },
      cgroupVersion: opened.engine.cgroupVersion,
      mounts: { [wheelCache]: join(cacheFolder, 'wheels') },
    });

  const boot = async (spec: MachineSpec): Promise<Machine> => {
    const opened = await room();
    const { docker } = opened.engine;
    const address = opened.network.nextAddress();
    const id = spec.disk?.id ?? (await makeContainer(opened, spec, address));
    if (spec.disk !== undefined) await moveTo(opened, id, address);
    const instance = `i-${randomBytes(6).toString('hex')}`;
    await withSeed(spec, instance, opened.settings, async (folder) => {
      await docker.output(['cp', `${folder}/.`, `${id}:/`]);
    });
    const bootedAt = new Date();
    await docker.output(['start', id]);
    const machine = containerMachine(docker, { id, instanceId: spec.instanceId, address, bootedAt });
    containers.set(spec.instanceId, id);
    return machine;
  };

  return {
    async boot(spec) {
      const started = boot(spec);
      booting.add(started);
      try {
        return await started;
      } finally {
        booting.delete(started);
      }
    },
    async removeDisk(disk: MachineDisk) {
      await removeContainer((await room()).engine.docker, disk.id);
    },
    async prepare(systems) {
      const { images } = await room();
      for (const os of systems) await images.ensure(os);
    },
    async snapshot(machine, tag) {
      const id = containers.get(machine.instanceId);
      if (id === undefined) throw new Error(`${machine.instanceId} is not a machine of this run`);
      const { docker } = (await room()).engine;
      // The label of this run must not go on to an image that outlives it.
      const change = ['--change', `LABEL ${runLabel}= ${runLabel}.instance=`];
      await docker.output(['commit', ...change, id, snapshotImage(tag)], { limitMs: 15 * 60_000 });
    },
    async host() {
      const { engine, settings, images } = await room();
      return { docker: engine.docker, settings, images, label: `${runLabel}=${runId}` };
    },
    async hasSnapshot(tag) {
      return imageExists((await room()).engine, snapshotImage(tag));
    },
    async removeSnapshot(tag) {
      await (await room()).engine.docker.run(['rmi', snapshotImage(tag)]);
    },
    async dispose() {
      const closing = opening;
      opening = undefined;
      const opened = await closing?.catch(() => undefined);
      if (opened === undefined) return;
      // A container that is being made has its label already, but could still be starting.
      await Promise.allSettled(booting);
      await removeRun(opened.engine.docker, runId);
      await opened.engine.dispose();
    },
  };
}

async function openRoom(runId: string, log: Logger, cacheFolder: string): Promise<Room> {
  await makeWheelCache(join(cacheFolder, 'wheels'));
  const [engine, settings] = await Promise.all([openEngine({ log, cacheFolder }), readHostSettings()]);
  try {
    const { docker } = engine;
    for (const run of await removeLeftovers(docker)) log.info(`removed what run ${run} left behind`);
    const network = await createNetwork(docker, `oci-gpu-lab-${runId}`, `${runLabel}=${runId}`);
    return { engine, settings, network, images: createImages({ docker, settings, log }) };
  } catch (error) {
    await removeRun(engine.docker, runId);
    await engine.dispose();
    throw error;
  }
}

/** A folder for each user of the machines: pip and uv refuse one that they may not write. */
async function makeWheelCache(folder: string): Promise<void> {
  for (const name of ['pip-root', 'pip-opc', 'uv-root', 'uv-opc']) {
    await mkdir(join(folder, name), { recursive: true });
    // umask takes bits off mkdir's mode.
    await chmod(join(folder, name), 0o777);
  }
}

/** A relaunch is another instance: it gets an address of its own. */
async function moveTo({ engine, network }: Room, id: string, address: string): Promise<void> {
  await engine.docker.output(['network', 'disconnect', network.name, id]);
  await engine.docker.output(['network', 'connect', '--ip', address, network.name, id]);
}

function snapshotImage(tag: string): string {
  return `oci-gpu-lab/snapshot:${tag}`;
}

async function imageExists({ docker }: Engine, image: string): Promise<boolean> {
  return (await docker.run(['image', 'inspect', image])).code === 0;
}
