/** The Docker engine that machines run on: the one that is there, or one started for the sandbox. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../../src/ports/logger';
import { until } from '../../../src/waiting/until';
import { createDocker, type Docker } from './docker';

/** A running engine. */
export interface Engine {
  readonly docker: Docker;
  /** `unix://…` of one started here; undefined for the one that the environment names. */
  readonly host: string | undefined;
  /** 1 or 2: the host's cgroup version, which decides how systemd gets its tree. */
  readonly cgroupVersion: 1 | 2;
  /** Ends the engine if it was started here; leaves another's alone. */
  dispose(): Promise<void>;
}

/** What an engine needs to know. */
export interface EngineDeps {
  readonly log: Logger;
  /** Folder outside the repo for images and other things worth keeping between runs. */
  readonly cacheFolder: string;
}

/**
 * Uses the engine that answers on this host; where none does, starts `dockerd` with its data in the cache folder.
 * @throws Error with what to install when there is no engine and none can be started.
 */
export async function openEngine(deps: EngineDeps): Promise<Engine> {
  const present = createDocker();
  const found = await cgroupVersionOf(present);
  if (found !== undefined) {
    return { docker: present, host: undefined, cgroupVersion: found, dispose: () => Promise.resolve() };
  }
  return startEngine(deps);
}

async function startEngine({ log, cacheFolder }: EngineDeps): Promise<Engine> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'no Docker engine answers, and starting one needs root: start dockerd, or run this as root',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-engine-'));
  const socket = `unix://${folder}/docker.sock`;
  const dataRoot = join(cacheFolder, 'docker');
  await mkdir(dataRoot, { recursive: true });
  log.info(`no Docker engine answers: starting dockerd with its data in ${dataRoot}`);

  const logPath = join(folder, 'dockerd.log');
  const logFile = await open(logPath, 'w');
  const daemon = spawn(
    'dockerd',
    [
      '-H',
      socket,
      '--data-root',
      dataRoot,
      '--exec-root',
      join(folder, 'exec'),
      '--pidfile',
      join(folder, 'pid'),
    ],
    { stdio: ['ignore', logFile.fd, logFile.fd] },
  );
  const ended = new Promise<string>((resolve) => {
    daemon.once('error', (error) =>
      resolve(`dockerd cannot be started (${error.message}): install docker.io`),
    );
    daemon.once('exit', (code) => resolve(`dockerd ended with code ${code ?? 'none'}`));
  });
  await logFile.close();

  const dispose = async (): Promise<void> => {
    daemon.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const docker = createDocker({ host: socket });
  const failed = ended.then(async (reason): Promise<never> => {
    throw new Error(`${reason}\n${(await readFile(logPath, 'utf8').catch(() => '')).slice(-1500)}`);
  });
  try {
    const ready = until(() => cgroupVersionOf(docker), {
      what: 'the Docker engine',
      limitMs: 60_000,
      everyMs: 500,
    });
    return { docker, host: socket, cgroupVersion: await Promise.race([ready, failed]), dispose };
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    // Once the engine runs, its end is expected.
    failed.catch(() => undefined);
  }
}

/** The engine's cgroup version; undefined while no engine answers. */
async function cgroupVersionOf(docker: Docker): Promise<1 | 2 | undefined> {
  const { code, stdout } = await docker.run(['info', '--format', '{{.ServerVersion}} {{.CgroupVersion}}'], {
    limitMs: 10_000,
  });
  const version = /^\S+ ([12])/.exec(stdout)?.[1];
  if (code !== 0 || version === undefined) return undefined;
  return version === '2' ? 2 : 1;
}
