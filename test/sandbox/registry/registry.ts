/** The registries and package repositories that machines of the sandbox meet under their real names. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import type { Server } from 'node:https';
import { join } from 'node:path';
import { silentLogger, type Logger } from '../../../src/ports/logger';
import { until } from '../../../src/waiting/until';
import type { Machine } from '../machines/machine';
import { defaultCacheFolder, type MachinesHost, type SandboxMachines } from '../machines/machines';
import { createFaults, type Faults } from './faults';
import { createFront } from './front';
import { ensureStandInImages } from './stand-in-images';

const serverFolder = join(import.meta.dirname, 'server');
const packagesHost = 'packages.sandbox.invalid';
const names = ['registry-1.docker.io', 'nvcr.io', packagesHost];

/** What the registry can be told; all has a default. */
export interface RegistryDeps {
  readonly machines: SandboxMachines;
  readonly log?: Logger;
  readonly cacheFolder?: string;
}

/** Docker Hub, NGC and the package repositories of Docker and NVIDIA, as far as the tutorial needs them. */
export interface Registry {
  /** The one key that the registry under nvcr.io takes; a new one for each run. */
  readonly ngcKey: string;
  /** Addresses for the set-up's mirror settings. */
  readonly mirrors: { readonly docker: string; readonly nvidia: string };
  readonly dockerHub: Faults;
  readonly ngc: Faults;
  /** Makes a machine find the names here and trust them. A restart of the machine forgets the names. */
  openTo(machine: Machine): Promise<void>;
  dispose(): Promise<void>;
}

/** Starts the registry's container; the first time ever, builds it and the images that it serves (5 minutes). */
export async function openRegistry({
  machines,
  log = silentLogger,
  cacheFolder = defaultCacheFolder(),
}: RegistryDeps): Promise<Registry> {
  const host = await machines.host();
  const folder = join(cacheFolder, 'registry');
  await mkdir(join(folder, 'images'), { recursive: true });
  const ngcKey = `nvapi-${randomBytes(48).toString('base64url')}`;
  const image = await ensureServerImage(host, log);
  const container = await startServer(host, image, folder, ngcKey);
  await ensureStandInImages({
    ...host,
    log,
    root: await host.images.ensureRoot(),
    folder,
    registry: container.published,
  });
  const packages = await keepPackages(host, container.id, folder, image);
  const dockerHub = createFaults();
  const ngc = createFaults();
  const certificates = join(folder, 'certificates');
  const deps = {
    key: await readFile(join(certificates, 'server.key')),
    certificate: await readFile(join(certificates, 'server.crt')),
    backends: {
      'registry-1.docker.io': { kind: 'registry', host: container.address, port: 5000, faults: dockerHub },
      'nvcr.io': { kind: 'registry', host: container.address, port: 5001, faults: ngc },
      [packagesHost]: { kind: 'folder', path: packages },
    },
  } as const;
  const authority = await readFile(join(certificates, 'authority.crt'), 'utf8');
  /** One server for each network of machines, on the address that they know this host by. */
  const fronts = new Map<string, Promise<Server>>();

  return {
    ngcKey,
    mirrors: { docker: `https://${packagesHost}/docker`, nvidia: `https://${packagesHost}/nvidia` },
    dockerHub,
    ngc,
    async openTo(machine) {
      const gateway = /via (\S+)/.exec((await machine.exec(['ip', 'route', 'show', 'default'])).stdout)?.[1];
      if (gateway === undefined) throw new Error('the machine has no default route');
      const front = fronts.get(gateway) ?? listen(createFront(deps), gateway);
      fronts.set(gateway, front);
      await front;
      await letIn(machine, gateway, authority);
    },
    async dispose() {
      for (const front of await Promise.allSettled(fronts.values())) {
        if (front.status !== 'fulfilled') continue;
        front.value.closeAllConnections();
        await new Promise((resolve) => front.value.close(resolve));
      }
      await host.docker.run(['rm', '--force', '--volumes', container.id]);
    },
  };
}

async function listen(server: Server, address: string): Promise<Server> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(443, address, resolve);
  });
  return server;
}

async function letIn(machine: Machine, gateway: string, authority: string): Promise<void> {
  const script = [
    'set -eu',
    `grep -q ${packagesHost} /etc/hosts || echo '${gateway} ${names.join(' ')}' >>/etc/hosts`,
    'cat >/tmp/authority',
    'grep -qF "$(sed -n 2p /tmp/authority)" /etc/ssl/certs/ca-certificates.crt ||',
    'cat /tmp/authority >>/etc/ssl/certs/ca-certificates.crt',
    // A container inside cannot ask the machine's own resolver, which listens on loopback.
    'mkdir -p /etc/docker',
    `[ -e /etc/docker/daemon.json ] || echo '${JSON.stringify({ dns: nameServers() })}' >/etc/docker/daemon.json`,
  ];
  const { code, stderr } = await machine.exec(['bash', '-c', script.join('\n')], { stdin: authority });
  if (code !== 0) throw new Error(`the registry could not be opened to the machine: ${stderr}`);
}

function nameServers(): string[] {
  const servers = [...readFileSync('/etc/resolv.conf', 'utf8').matchAll(/^nameserver (\S+)/gm)];
  return servers.map(([, address]) => address ?? '').filter((address) => !address.startsWith('127.'));
}

async function ensureServerImage({ docker, settings, images }: MachinesHost, log: Logger): Promise<string> {
  const root = await images.ensureRoot();
  const hash = createHash('sha256').update(root);
  const entries = await readdir(serverFolder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(serverFolder.length)).update(await readFile(file));
  const tag = `oci-gpu-lab/registry:${hash.digest('hex').slice(0, 12)}`;
  if ((await docker.run(['image', 'inspect', tag])).code === 0) return tag;
  log.info(`building ${tag} (about 2 minutes)`);
  const given = { ROOT: root, MIRROR: settings.debianMirror, ...settings.proxies };
  const flags = Object.entries(given).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await docker.output(['build', ...flags, '--force-rm', '-t', tag, serverFolder], {
    env: { DOCKER_BUILDKIT: '0' },
    limitMs: 20 * 60_000,
  });
  return tag;
}

interface ServerContainer {
  readonly id: string;
  readonly address: string;
  /** `127.0.0.1:port`, from which this host's engine may push without a certificate. */
  readonly published: string;
}

async function startServer(
  { docker, label }: MachinesHost,
  image: string,
  folder: string,
  ngcKey: string,
): Promise<ServerContainer> {
  const id = await docker.output(
    [
      ...[
        'run',
        '--detach',
        '--name',
        `oci-gpu-lab-registry-${label.split('=')[1] ?? ''}`,
        '--label',
        label,
        '--publish',
        '127.0.0.1::5000',
        '--env',
        'REGISTRY_PASSWORD',
      ],
      ...['--volume', `${join(folder, 'images')}:/var/lib/registry`],
      ...['--volume', `${join(folder, 'certificates')}:/srv/certificates`],
      image,
    ],
    { env: { REGISTRY_PASSWORD: ngcKey } },
  );
  await docker.output(['exec', id, 'make-certificates.sh', '/srv/certificates', ...names]);
  const address = await docker.output(['inspect', '-f', '{{.NetworkSettings.IPAddress}}', id]);
  const published = (await docker.output(['port', id, '5000/tcp'])).split('\n')[0] ?? '';
  const answers = (): Promise<true | undefined> =>
    // The engine's proxy takes a connection before anybody listens behind it, and may leave it hanging.
    fetch(`http://${published}/v2/`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  await until(answers, { what: 'the registry', limitMs: 60_000, everyMs: 200 });
  return { id, address, published };
}

/** The package repositories are in the image; a copy of them in the cache is what is served. */
async function keepPackages(
  { docker }: MachinesHost,
  container: string,
  folder: string,
  image: string,
): Promise<string> {
  const target = join(folder, `packages-${image.split(':')[1] ?? ''}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  await docker.output(['cp', `${container}:/srv/packages`, partial]);
  await rename(partial, target);
  return target;
}
