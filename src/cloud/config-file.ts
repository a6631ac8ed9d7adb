import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** A profile's fields by name (lower case), those of `[DEFAULT]` laid beneath its own. */
export interface ConfigSection {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  /** The fields written in the section itself. */
  readonly ownFields: ReadonlySet<string>;
}

const defaultSection = 'DEFAULT';

/**
 * Reads an OCI config file as Oracle's CLI does (Python's configparser): `#` and `;` begin a comment only at
 * the start of a line, so a passphrase may hold them; values are never unescaped, so a Windows path is safe;
 * `[DEFAULT]` is inherited by every other section.
 */
export function parseConfigFile(text: string): ConfigSection[] {
  const own = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const header = /^\[(.+)\]$/.exec(content)?.[1];
    if (header !== undefined) {
      current = own.get(header.trim()) ?? new Map<string, string>();
      own.set(header.trim(), current);
      continue;
    }
    const field = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(content);
    if (field?.[1] !== undefined && field[2] !== undefined) current?.set(field[1].toLowerCase(), field[2]);
  }
  const inherited = own.get(defaultSection) ?? new Map<string, string>();
  return [...own].map(([name, fields]) => ({
    name,
    fields: new Map([...inherited, ...fields]),
    ownFields: new Set(fields.keys()),
  }));
}

/** What decides which config file and profile are meant. */
export interface ConfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** This process's own environment and home folder. */
export function thisMachine(): ConfigSurroundings {
  return { env: process.env, home: homedir() };
}

/** `path` with a leading `~` replaced by the home folder; both slashes count, on every system. */
export function expandHome(path: string, home: string): string {
  return /^~(?=$|[/\\])/.test(path) ? join(home, path.slice(1)) : path;
}

/**
 * The config file meant: the given path, else `OCI_CONFIG_FILE` or `OCI_CLI_CONFIG_FILE`, else `~/.oci/config`.
 * (The SDK's own reader looks at `OCI_CONFIG_FILE` only where `~/.oci/config` does not exist.)
 */
export function configFilePath(given: string | undefined, { env, home }: ConfigSurroundings): string {
  const chosen = [given, env['OCI_CONFIG_FILE'], env['OCI_CLI_CONFIG_FILE']].find(
    (path) => path !== undefined && path !== '',
  );
  return expandHome(chosen ?? '~/.oci/config', home);
}

/** The profile meant when none is named: `OCI_CLI_PROFILE`, else `DEFAULT`. */
export function defaultProfileName({ env }: ConfigSurroundings): string {
  return env['OCI_CLI_PROFILE'] || defaultSection;
}

/** A file that the config names: `~` expanded, relative paths taken from the config file's folder. */
export function resolveConfigPath(path: string, configFile: string, home: string): string {
  const expanded = expandHome(path, home);
  return isAbsolute(expanded) ? expanded : resolve(dirname(configFile), expanded);
}
