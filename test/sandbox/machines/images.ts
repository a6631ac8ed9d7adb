/** Builds the images that machines boot from, once: a tag is the hash of its recipe. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '../../../src/ports/logger';
import type { Docker } from './docker';
import type { HostSettings } from './host-settings';
import type { MachineOs } from './machine';

/** The images of the operating systems. */
export interface Images {
  /** The tag of the image for `os`, built first where it is missing (about a minute). */
  ensure(os: MachineOs): Promise<string>;
  /** The tag of the minimal Debian root under all of them. */
  ensureRoot(): Promise<string>;
}

/** What the images are built with. */
export interface ImagesDeps {
  readonly docker: Docker;
  readonly settings: HostSettings;
  readonly log: Logger;
}

/** How an operating system's image is made: a folder with a Dockerfile, on top of another image. */
interface Recipe {
  readonly folder: string;
  readonly from: MachineOs | 'debian-root';
  /** Build arguments of its Dockerfile besides ROOT and MIRROR. */
  readonly args: Readonly<Record<string, string>>;
}

const recipesFolder = join(import.meta.dirname, 'images');
const suite = 'bookworm';
const buildLimitMs = 20 * 60_000;

const recipes: Readonly<Record<MachineOs, Recipe>> = {
  'debian-12': { folder: 'debian-12', from: 'debian-root', args: { SUITE: suite } },
  'oracle-linux-7': { folder: 'oracle-linux', from: 'debian-12', args: { VERSION: '7.9' } },
  'oracle-linux-8': { folder: 'oracle-linux', from: 'debian-12', args: { VERSION: '8.10' } },
  'oracle-linux-9': { folder: 'oracle-linux', from: 'debian-12', args: { VERSION: '9.7' } },
  'ubuntu-24.04': { folder: 'ubuntu', from: 'debian-12', args: {} },
};

/** Images kept in the engine of `docker`. Two requests for one image share one build. */
export function createImages(deps: ImagesDeps): Images {
  const builds = new Map<string, Promise<string>>();
  const once = (name: string, build: () => Promise<string>): Promise<string> => {
    const running = builds.get(name) ?? build();
    builds.set(name, running);
    running.catch(() => builds.delete(name));
    return running;
  };
  const ensureRoot = (): Promise<string> => once('debian-root', () => buildRoot(deps));
  const ensure = (os: MachineOs): Promise<string> =>
    once(os, async () => {
      const recipe = recipes[os];
      const from = recipe.from === 'debian-root' ? await ensureRoot() : await ensure(recipe.from);
      return buildRecipe(deps, os, recipe, from);
    });
  return { ensure, ensureRoot };
}

async function buildRoot({ docker, settings, log }: ImagesDeps): Promise<string> {
  const script = join(recipesFolder, 'debian-root.sh');
  const tag = `oci-gpu-lab/debian-root:${await hashOf([script], [suite])}`;
  if (await exists(docker, tag)) return tag;
  log.info(`building ${tag} with debootstrap (about 30 s)`);
  await importTar(docker, ['bash', script, suite, settings.debianMirror], tag);
  return tag;
}

/** Pipes the tar that a program writes into `docker import`, without a copy on disk. */
async function importTar(
  docker: Docker,
  command: readonly [string, ...string[]],
  tag: string,
): Promise<void> {
  const [program, ...args] = command;
  const source = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const target = docker.spawn(['import', '-', tag]);
  if (target.stdin === null) throw new Error('docker import has no standard input');
  const messages: string[] = [];
  for (const stream of [source.stderr, target.stderr]) {
    stream?.on('data', (chunk: Buffer) => messages.push(chunk.toString()));
  }
  target.stdout?.resume();
  const [sourceCode, targetCode] = await Promise.all([
    exitCode(source),
    exitCode(target),
    pipeline(source.stdout, target.stdin),
  ]);
  if (sourceCode === 0 && targetCode === 0) return;
  await docker.run(['rmi', tag]);
  throw new Error(`${command.join(' ')} failed (${sourceCode}): ${messages.join('').slice(-2000)}`);
}

async function buildRecipe(
  { docker, settings, log }: ImagesDeps,
  os: MachineOs,
  recipe: Recipe,
  from: string,
): Promise<string> {
  const folder = join(recipesFolder, recipe.folder);
  const args = { ROOT: from, MIRROR: settings.debianMirror, ...recipe.args };
  const tag = `oci-gpu-lab/${os}:${await hashOf(await filesIn(folder), [from, JSON.stringify(recipe.args)])}`;
  if (await exists(docker, tag)) return tag;
  log.info(`building ${tag} (about 40 s)`);
  const buildArgs = Object.entries({ ...args, ...settings.proxies }).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ]);
  // The classic builder is in every engine; BuildKit may want a plugin that distributions leave out.
  await docker.output(['build', ...buildArgs, '--force-rm', '-t', tag, folder], {
    env: { DOCKER_BUILDKIT: '0' },
    limitMs: buildLimitMs,
  });
  return tag;
}

async function exists(docker: Docker, tag: string): Promise<boolean> {
  return (await docker.run(['image', 'inspect', tag])).code === 0;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function hashOf(files: readonly string[], words: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const word of words) hash.update(word).update('\0');
  for (const file of [...files].sort()) {
    hash
      .update(file.slice(recipesFolder.length))
      .update('\0')
      .update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 12);
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
