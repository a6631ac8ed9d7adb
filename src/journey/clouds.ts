import { stat } from 'node:fs/promises';
import type { Cloud, Credentials, Profile, ProfileProblem, Profiles } from '../cloud';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { SecretStore } from '../ports/secrets';
import type { Questions, Unread } from './lab';

/** The settings that decide which cloud is meant; read at each use, because they can change. */
export interface CloudSettings {
  readonly configFile: string | undefined;
  readonly profile: string | undefined;
  readonly region: string | undefined;
  /** Everything goes there instead of to Oracle's addresses: the sandbox, or a private proxy. */
  readonly endpoint: string | undefined;
}

/** What clouds are made of. */
export interface CloudsDeps {
  settings(): CloudSettings;
  readonly secrets: SecretStore;
  readonly questions: Pick<Questions, 'passphrase'>;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** A place to look at: a profile and one of its regions. */
export interface Place {
  readonly profile: string;
  readonly region: string;
}

/** The profiles of the config file, as they open without a question to the person. */
export interface QuietPlaces {
  /** Each with its own region. */
  readonly places: readonly Place[];
  readonly unopened: readonly Unread[];
}

/** A profile cannot be used. `message` says why and what to do. */
export class NoAccess extends Error {
  override readonly name = 'NoAccess';
  constructor(
    message: string,
    readonly problem: ProfileProblem | 'cancelled',
  ) {
    super(message);
  }
}

/**
 * The clouds by profile and region; each is made once, and again when the profile or its key file has changed:
 * `oci session authenticate` writes a new key pair. The OCI SDK is loaded with the first.
 */
export interface Clouds {
  profiles(): Promise<Profiles>;
  /** @throws NoAccess when the profile cannot be used, or its passphrase was not given */
  of(profile: string, region: string): Promise<Cloud>;
  /** The profile and region in use; undefined where there is no usable profile. */
  current(): Promise<Place | undefined>;
  quietPlaces(): Promise<QuietPlaces>;
  /** Forgets opened keys and clouds: after the config file or a setting has changed. */
  reset(): void;
}

export function createClouds(deps: CloudsDeps): Clouds {
  const made = new Map<string, Promise<Cloud>>();
  const opened = new Map<string, Promise<Credentials>>();

  const signs = new Map<string, string>();

  const profileOf = async (name: string | undefined): Promise<Profile> => {
    const { readProfile, describeProblem } = await import('../cloud');
    const entry = await readProfile(name, deps.settings().configFile);
    if (entry.kind === 'usable') return entry.profile;
    const { message, nextAction } = describeProblem(entry.problem);
    throw new NoAccess(`${message} ${nextAction}`, entry.problem);
  };

  const open = async (name: string): Promise<Credentials> => {
    const { openCredentials, describeProblem } = await import('../cloud');
    const profile = await profileOf(name);
    const outcome = await openCredentials(profile, {
      secrets: deps.secrets,
      askPassphrase: (asked, wrongBefore) => deps.questions.passphrase(asked.keyFile, wrongBefore),
    });
    switch (outcome.kind) {
      case 'opened':
        return outcome.credentials;
      case 'cancelled':
        throw new NoAccess(`Profile "${name}" cannot be used without its passphrase.`, 'cancelled');
      case 'problem': {
        const { message, nextAction } = describeProblem(outcome.problem);
        throw new NoAccess(`${message} ${nextAction}`, outcome.problem);
      }
    }
  };

  const make = async (profile: string, region: string): Promise<Cloud> => {
    const { createCloud } = await import('../cloud');
    const credentials = await once(opened, profile, () => open(profile));
    const { endpoint } = deps.settings();
    return await createCloud({ credentials, region, endpoint, logger: deps.logger, clock: deps.clock });
  };

  /** What was opened from files that have changed since is opened anew. A session's token is read at each call anyway. */
  const forgetIfChanged = async (name: string): Promise<void> => {
    const profile = await profileOf(name);
    const key = await stat(profile.keyFile, { bigint: true }).catch(() => undefined);
    const sign = JSON.stringify([profile, String(key?.mtimeNs), String(key?.size)]);
    const before = signs.get(name);
    signs.set(name, sign);
    if (before === undefined || before === sign) return;
    deps.logger.info(`Profile ${name} or its key has changed: it is opened anew.`);
    opened.delete(name);
    for (const key of made.keys()) if (key.startsWith(`${name} `)) made.delete(key);
  };

  return {
    profiles: async () => (await import('../cloud')).readProfiles(deps.settings().configFile),
    of: async (profile, region) => {
      await forgetIfChanged(profile);
      return await once(made, `${profile} ${region}`, () => make(profile, region));
    },
    current: async () => {
      const settings = deps.settings();
      try {
        const profile = await profileOf(settings.profile);
        return { profile: profile.name, region: settings.region ?? profile.region };
      } catch (error) {
        if (error instanceof NoAccess) return undefined;
        throw error;
      }
    },
    quietPlaces: async () => {
      const quiet = await import('./discovery/quiet-places');
      const keep = (profile: string, credentials: Credentials): void => {
        if (!opened.has(profile)) opened.set(profile, Promise.resolve(credentials));
      };
      return await quiet.quietPlaces({ configFile: deps.settings().configFile, secrets: deps.secrets, keep });
    },
    reset: () => {
      made.clear();
      opened.clear();
      signs.clear();
    },
  };
}

/** Makes a value once a key; what failed is forgotten, so that the next call tries again. */
async function once<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known) return await known;
  const made = make();
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  return await made;
}
