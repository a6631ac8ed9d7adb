/** What a machine takes over from this host so that it reaches the package registries the same way. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './docker';

/** Settings of this host that a machine needs. */
export interface HostSettings {
  /** A Debian mirror: the host's own if its apt has one. */
  readonly debianMirror: string;
  /** Proxy variables (`http_proxy`, …) of this process; empty where there is none. */
  readonly proxies: Readonly<Record<string, string>>;
  /** pip's `[global]` settings that name where packages come from: `index-url`, `trusted-host`, … */
  readonly pip: Readonly<Record<string, string>>;
  /** File with the certificate authorities that this host trusts, if it has one. */
  readonly caBundle: string | undefined;
}

const publicDebianMirror = 'http://deb.debian.org/debian';
const proxyNames = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const pipNames = ['index-url', 'extra-index-url', 'trusted-host', 'timeout', 'default-timeout'];
const caBundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

/** Reads this host's settings. Missing ones are left out; nothing is changed. */
export async function readHostSettings(): Promise<HostSettings> {
  return {
    debianMirror: debianMirrorIn(await readAptSources('/etc/apt')) ?? publicDebianMirror,
    proxies: pick(process.env, proxyNames),
    pip: pipSettingsIn(await pipConfigList()),
    caBundle: caBundles.find((path) => existsSync(path)),
  };
}

/**
 * The first Debian mirror in apt's sources, of either form (`deb URI suite …` or `URIs: URI`).
 * Security and snapshot archives do not count: they hold no base system.
 */
export function debianMirrorIn(sources: string): string | undefined {
  const uris = [...sources.matchAll(/^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\S+)/gm)].map(
    (match) => match[1],
  );
  return uris.find((uri) => uri !== undefined && /^https?:.*\/debian\/?$/.test(uri))?.replace(/\/$/, '');
}

/** Reads the lines of `pip config list`: `global.index-url='…'` and `:env:.index-url='…'`. */
export function pipSettingsIn(list: string): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const [, name, value] of list.matchAll(/^(?:global|install|:env:)\.([\w-]+)='(.*)'$/gm)) {
    if (name === undefined || value === undefined || !pipNames.includes(name)) continue;
    settings[name === 'default-timeout' ? 'timeout' : name] = value;
  }
  return settings;
}

async function readAptSources(folder: string): Promise<string> {
  const parts = join(folder, 'sources.list.d');
  const files = existsSync(parts) ? (await readdir(parts)).sort().map((name) => join(parts, name)) : [];
  const readable = [join(folder, 'sources.list'), ...files].filter((path) => existsSync(path));
  return (await Promise.all(readable.map((path) => readFile(path, 'utf8')))).join('\n');
}

async function pipConfigList(): Promise<string> {
  const result = await runProgram('python3', ['-m', 'pip', 'config', 'list'], { limitMs: 30_000 });
  return result.code === 0 ? result.stdout : '';
}

function pick(
  from: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]] as const])),
  );
}
