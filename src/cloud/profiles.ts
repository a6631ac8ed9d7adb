import { readFile } from 'node:fs/promises';
import {
  configFilePath,
  defaultProfileName,
  parseConfigFile,
  resolveConfigPath,
  thisMachine,
  type ConfigSection,
  type ConfigSurroundings,
} from './config-file';
import type { ProfileProblem } from './profile-problem';

interface ProfileBase {
  readonly name: string;
  /** The config file that it was read from. */
  readonly configFile: string;
  readonly tenancyId: string;
  readonly region: string;
  readonly keyFile: string;
  /** The passphrase that the config itself holds (`pass_phrase`). A secret: never shown or logged. */
  readonly passphrase?: string;
  /** What is odd but no reason to refuse, in sentences. */
  readonly warnings: readonly string[];
}

/** A profile that signs with an API key. */
export interface ApiKeyProfile extends ProfileBase {
  readonly kind: 'apiKey';
  readonly userId: string;
  readonly fingerprint: string;
}

/** A profile made by `oci session authenticate`: a token that lasts about an hour, and a key beside it. */
export interface SessionTokenProfile extends ProfileBase {
  readonly kind: 'sessionToken';
  readonly tokenFile: string;
}

export type Profile = ApiKeyProfile | SessionTokenProfile;

/** A profile by name: usable, or with its problem. */
export type ProfileEntry =
  | { readonly kind: 'usable'; readonly name: string; readonly profile: Profile }
  | { readonly kind: 'problem'; readonly name: string; readonly problem: ProfileProblem };

/** What a config file holds. */
export type Profiles =
  | {
      readonly kind: 'read';
      readonly configFile: string;
      readonly entries: readonly ProfileEntry[];
      /** `OCI_CLI_PROFILE`, else `DEFAULT`; an entry of that name need not exist. */
      readonly defaultName: string;
    }
  | { readonly kind: 'problem'; readonly problem: ProfileProblem };

/**
 * Reads every profile of the config file. Key and token files are not opened here.
 * @param givenPath a path from the settings; else `OCI_CONFIG_FILE`, else `~/.oci/config`.
 */
export async function readProfiles(
  givenPath?: string,
  surroundings: ConfigSurroundings = thisMachine(),
): Promise<Profiles> {
  const configFile = configFilePath(givenPath, surroundings);
  let text: string;
  try {
    text = await readFile(configFile, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const problem: ProfileProblem =
      code === 'ENOENT'
        ? { kind: 'noConfig', path: configFile }
        : { kind: 'configUnreadable', path: configFile, reason: code };
    return { kind: 'problem', problem };
  }
  const entries = parseConfigFile(text).map((section) => readEntry(section, configFile, surroundings.home));
  return { kind: 'read', configFile, entries, defaultName: defaultProfileName(surroundings) };
}

/** One profile by name; without a name, the default one. */
export async function readProfile(
  name: string | undefined,
  givenPath?: string,
  surroundings: ConfigSurroundings = thisMachine(),
): Promise<ProfileEntry> {
  const profiles = await readProfiles(givenPath, surroundings);
  const wanted = name ?? defaultProfileName(surroundings);
  if (profiles.kind === 'problem') return { kind: 'problem', name: wanted, problem: profiles.problem };
  const found = profiles.entries.find((entry) => entry.name === wanted);
  const available = profiles.entries.map((entry) => entry.name);
  return (
    found ?? { kind: 'problem', name: wanted, problem: { kind: 'noSuchProfile', profile: wanted, available } }
  );
}

function readEntry(section: ConfigSection, configFile: string, home: string): ProfileEntry {
  const outcome = readSection(section, configFile, home);
  return 'tenancyId' in outcome
    ? { kind: 'usable', name: section.name, profile: outcome }
    : { kind: 'problem', name: section.name, problem: outcome };
}

function readSection(section: ConfigSection, configFile: string, home: string): Profile | ProfileProblem {
  const { name } = section;
  const field = (key: string) => section.fields.get(key) || undefined;
  const missing = (key: string): ProfileProblem => ({ kind: 'missingField', profile: name, field: key });

  const method = unsupportedMethod(field);
  if (method !== undefined) return { kind: 'unsupportedAuth', profile: name, method };

  const tenancyId = field('tenancy');
  const region = field('region');
  const keyFile = field('key_file');
  if (tenancyId === undefined) return missing('tenancy');
  if (!isOcid(tenancyId, 'tenancy')) return { kind: 'malformedOcid', profile: name, field: 'tenancy' };
  if (region === undefined) return missing('region');
  if (keyFile === undefined) return missing('key_file');
  const passphrase = field('pass_phrase');
  const base = {
    name,
    configFile,
    tenancyId,
    region: region.toLowerCase(),
    keyFile: resolveConfigPath(keyFile, configFile, home),
    warnings: regionWarnings(name, region),
    ...(passphrase === undefined ? {} : { passphrase }),
  };

  const tokenFile = usesSession(section) ? field('security_token_file') : undefined;
  if (tokenFile !== undefined) {
    return { ...base, kind: 'sessionToken', tokenFile: resolveConfigPath(tokenFile, configFile, home) };
  }
  const userId = field('user');
  const fingerprint = field('fingerprint');
  if (userId === undefined) return missing('user');
  if (!isOcid(userId, 'user')) return { kind: 'malformedOcid', profile: name, field: 'user' };
  if (fingerprint === undefined) return missing('fingerprint');
  return { ...base, kind: 'apiKey', userId, fingerprint };
}

/** A token file inherited from DEFAULT does not make a session of a profile that names its own user. */
function usesSession(section: ConfigSection): boolean {
  if (!section.fields.get('security_token_file')) return false;
  return section.ownFields.has('security_token_file') || !section.ownFields.has('user');
}

const unsupportedMethods: ReadonlyMap<string, string> = new Map([
  ['instance_principal', 'instance principal'],
  ['resource_principal', 'resource principal'],
  ['instance_obo_user', 'delegation token'],
  ['oke_workload_identity', 'workload identity'],
]);

function unsupportedMethod(field: (key: string) => string | undefined): string | undefined {
  if (field('delegation_token_file') !== undefined) return 'delegation token';
  const method = field('authentication_type')?.toLowerCase();
  if (method === undefined || method === 'api_key' || method === 'security_token') return undefined;
  return unsupportedMethods.get(method) ?? `"${method}"`;
}

/** `ocid1.<type>.<realm>.[region].<unique>`, https://docs.oracle.com/iaas/Content/General/Concepts/identifiers.htm */
function isOcid(text: string, type: 'tenancy' | 'user'): boolean {
  return new RegExp(`^ocid1\\.${type}\\.[a-z0-9-]+\\.[a-z0-9-]*\\.[a-z0-9.]+$`, 'i').test(text);
}

function regionWarnings(profile: string, region: string): string[] {
  // A three-letter region key ("phx") is resolved when the SDK's own list is at hand.
  if (/^([a-z]{2,3}-[a-z-]+-\d+|[a-z]{3})$/i.test(region)) return [];
  return [
    `Profile "${profile}" names the region "${region}", which does not look like one (for example eu-frankfurt-1).`,
  ];
}
