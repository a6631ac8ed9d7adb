/** Builds the stand-ins for the container images of Docker Hub and NGC, and puts them into the registry, once. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../../src/ports/logger';
import type { Docker } from '../machines/docker';
import type { HostSettings } from '../machines/host-settings';

const recipesFolder = join(import.meta.dirname, 'images');
const buildLimitMs = 30 * 60_000;

/** One image of a Dockerfile in `images/`: `name` is how the next ones call it. */
interface Recipe {
  readonly name: string;
  readonly file: string;
  /** Build arguments; a value that begins with `@` is the image of that name. */
  readonly args: Readonly<Record<string, string>>;
  /** Under which names the registry has it. */
  readonly served: readonly string[];
}

const recipes: readonly Recipe[] = [
  { name: 'python', file: 'python', args: { ROOT: '@root' }, served: [] },
  { name: 'lab', file: 'jupyter', args: { PYTHON: '@python', JUPYTER: 'notebook jupyterlab' }, served: [] },
  { name: 'notebook6', file: 'jupyter', args: { PYTHON: '@python', JUPYTER: 'notebook==6.5.7' }, served: [] },
  {
    name: 'docker-hub',
    file: 'docker-hub',
    args: { JUPYTER_IMAGE: '@lab' },
    served: ['tensorflow/tensorflow:2.17.0-gpu-jupyter', 'tensorflow/tensorflow:latest-gpu-jupyter'],
  },
  {
    name: 'ngc-25.02',
    file: 'ngc',
    args: { JUPYTER_IMAGE: '@lab', RELEASE: '25.02' },
    served: ['nvidia/tensorflow:25.02-tf2-py3'],
  },
  {
    name: 'ngc-22.06',
    file: 'ngc',
    args: { JUPYTER_IMAGE: '@notebook6', RELEASE: '22.06' },
    served: ['nvidia/tensorflow:22.06-tf2-py3'],
  },
];

/** What building needs. */
export interface StandInDeps {
  readonly docker: Docker;
  readonly settings: HostSettings;
  readonly log: Logger;
  /** The image of a minimal Debian. */
  readonly root: string;
  /** Where the registry keeps its data; a mark beside it says what is in there. */
  readonly folder: string;
  /** `127.0.0.1:port` under which the engine pushes. */
  readonly registry: string;
}

/** Builds and pushes the images unless the registry's data have them from the same recipes (first time: 3 minutes). */
export async function ensureStandInImages(deps: StandInDeps): Promise<void> {
  const mark = join(deps.folder, `images-${await hashOfRecipes()}`);
  if (existsSync(mark)) return;
  deps.log.info('building the stand-in container images with TensorFlow and Jupyter (about 3 minutes)');
  const context = await makeContext(deps.settings);
  const made = new Map([['root', deps.root]]);
  try {
    for (const recipe of recipes) made.set(recipe.name, await build(deps, recipe, context, made));
    for (const { name, served } of recipes) {
      for (const reference of served) await push(deps, made.get(name) ?? '', reference);
    }
    await writeFile(mark, '');
  } finally {
    await rm(context, { recursive: true, force: true });
    const built = [...made.values()].filter((tag) => tag !== deps.root);
    await deps.docker.run(['rmi', ...built.reverse()]);
  }
}

async function build(
  { docker, settings }: StandInDeps,
  { name, file, args }: Recipe,
  context: string,
  made: ReadonlyMap<string, string>,
): Promise<string> {
  const tag = `oci-gpu-lab/stand-in:${name}`;
  const given = { MIRROR: settings.debianMirror, ...settings.proxies, ...args };
  const flags = Object.entries(given).flatMap(([key, value]) => [
    '--build-arg',
    `${key}=${value.startsWith('@') ? (made.get(value.slice(1)) ?? '') : value}`,
  ]);
  const dockerfile = ['-f', join(context, `${file}.Dockerfile`)];
  await docker.output(['build', ...flags, ...dockerfile, '--force-rm', '-t', tag, context], {
    env: { DOCKER_BUILDKIT: '0' },
    limitMs: buildLimitMs,
  });
  return tag;
}

async function push({ docker, registry }: StandInDeps, image: string, reference: string): Promise<void> {
  const target = `${registry}/${reference}`;
  await docker.output(['tag', image, target]);
  await docker.output(['push', target], { limitMs: buildLimitMs });
  await docker.run(['rmi', target]);
}

/** A copy of the Dockerfiles, with how this host's pip reaches the package index. */
async function makeContext({ pip, caBundle }: HostSettings): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-images-'));
  await cp(recipesFolder, folder, { recursive: true });
  await mkdir(join(folder, 'trust'));
  const lines = Object.entries(pip).map(([name, value]) => `${name} = ${value}\n`);
  if (caBundle !== undefined) {
    await cp(caBundle, join(folder, 'trust/ca.crt'), { dereference: true });
    lines.push('cert = /trust/ca.crt\n');
  }
  await writeFile(join(folder, 'trust/pip.conf'), `[global]\n${lines.join('')}`);
  return folder;
}

async function hashOfRecipes(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(recipes));
  for (const name of (await readdir(recipesFolder)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(recipesFolder, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
