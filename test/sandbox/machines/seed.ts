/** The files that a machine finds when it boots: cloud-init's seed, its GPUs, how it reaches the registries. */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostSettings } from './host-settings';
import type { MachineSpec } from './machine';

/** Where all machines keep downloaded wheels, as seen inside. */
export const wheelCache = '/var/cache/wheels';

/** A file to put into a machine. */
interface SeedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Lays the seed of `spec` out in a temporary folder, hands its path to `use`, and removes it.
 * @param cloudInstanceId What cloud-init takes for the instance: another one makes it a first boot.
 */
export async function withSeed(
  spec: MachineSpec,
  cloudInstanceId: string,
  settings: HostSettings,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-seed-'));
  try {
    // mkdtemp's 0700 would become the mode of the machine's root folder.
    await chmod(folder, 0o755);
    for (const file of seedFiles(spec, cloudInstanceId, settings)) {
      await mkdir(dirname(join(folder, file.path)), { recursive: true, mode: 0o755 });
      await writeFile(join(folder, file.path), file.text, { mode: 0o644 });
    }
    if (settings.caBundle !== undefined) {
      await mkdir(join(folder, 'etc/ssl/certs'), { recursive: true });
      await cp(settings.caBundle, join(folder, 'etc/ssl/certs/ca-certificates.crt'), { dereference: true });
    }
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The text files of the seed. */
export function seedFiles(spec: MachineSpec, cloudInstanceId: string, settings: HostSettings): SeedFile[] {
  const userData = spec.metadata['user_data'];
  return [
    { path: 'var/lib/cloud/seed/nocloud/meta-data', text: metaData(spec, cloudInstanceId) },
    {
      path: 'var/lib/cloud/seed/nocloud/user-data',
      text: userData === undefined ? '#cloud-config\n{}\n' : Buffer.from(userData, 'base64').toString('utf8'),
    },
    { path: 'etc/simulated-machine.conf', text: machineConf(spec) },
    { path: 'etc/environment', text: environment(settings) },
    { path: 'etc/systemd/system.conf.d/environment.conf', text: managerEnvironment(settings) },
    { path: 'etc/pip.conf', text: pipConf(settings, 'opc') },
    { path: 'root/.config/pip/pip.conf', text: pipConf(settings, 'root') },
    { path: 'etc/uv/uv.toml', text: uvToml(settings, 'opc') },
    { path: 'root/.config/uv/uv.toml', text: uvToml(settings, 'root') },
  ];
}

function metaData(spec: MachineSpec, cloudInstanceId: string): string {
  const keys = (spec.metadata['ssh_authorized_keys'] ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  // JSON is YAML: no quoting of our own.
  return JSON.stringify({
    'instance-id': cloudInstanceId,
    'local-hostname': spec.hostname,
    'public-keys': keys,
  });
}

/** Read by bash and by systemd: single quotes hold for both. */
function machineConf({ gpu, packageLockSeconds, bootVolumeGb }: MachineSpec): string {
  return [
    `PACKAGE_LOCK_SECONDS=${packageLockSeconds}`,
    `BOOT_VOLUME_GB=${bootVolumeGb}`,
    `GPU_COUNT=${gpu.count}`,
    `GPU_NAME='${gpu.name.replaceAll("'", '')}'`,
    `GPU_MEMORY_MIB=${gpu.memoryMiB}`,
    '',
  ].join('\n');
}

function variables({ proxies, caBundle }: HostSettings): Record<string, string> {
  const ca = '/etc/ssl/certs/ca-certificates.crt';
  return { ...proxies, ...(caBundle === undefined ? {} : { SSL_CERT_FILE: ca }) };
}

function environment(settings: HostSettings): string {
  return Object.entries(variables(settings))
    .map(([name, value]) => `${name}="${value}"\n`)
    .join('');
}

/** What services and systemd-run get: they do not read /etc/environment. */
function managerEnvironment(settings: HostSettings): string {
  const pairs = Object.entries(variables(settings)).map(([name, value]) => `"${name}=${value}"`);
  return `[Manager]\nDefaultEnvironment=${pairs.join(' ')}\n`;
}

/** A cache folder for each user: pip writes its files readable for their owner alone. */
function pipConf({ pip, caBundle }: HostSettings, user: 'opc' | 'root'): string {
  const settings = {
    ...(caBundle === undefined ? {} : { cert: '/etc/ssl/certs/ca-certificates.crt' }),
    ...pip,
    'cache-dir': `${wheelCache}/pip-${user}`,
    'disable-pip-version-check': 'true',
  };
  return ['[global]', ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`), ''].join(
    '\n',
  );
}

function uvToml({ pip, caBundle }: HostSettings, user: 'opc' | 'root'): string {
  const lines = [`cache-dir = ${JSON.stringify(`${wheelCache}/uv-${user}`)}`];
  // uv brings certificates of its own; a login shell may come without SSL_CERT_FILE.
  if (caBundle !== undefined) lines.push('system-certs = true');
  if (pip['index-url'] !== undefined) lines.push(`index-url = ${JSON.stringify(pip['index-url'])}`);
  const extra = pip['extra-index-url']?.split(/\s+/).filter((url) => url !== '');
  if (extra !== undefined) lines.push(`extra-index-url = ${JSON.stringify(extra)}`);
  return `${lines.join('\n')}\n`;
}
