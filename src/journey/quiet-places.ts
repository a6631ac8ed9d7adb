import { openCredentials, readProfiles, type Credentials } from '../cloud';
import type { SecretStore } from '../ports/secrets';
import type { Place } from './clouds';

/** What finding the profiles that open quietly needs. */
export interface QuietDeps {
  readonly configFile: string | undefined;
  readonly secrets: SecretStore;
  /** A profile has been opened. */
  readonly keep: (profile: string, credentials: Credentials) => void;
}

/** Every profile of the config file that opens without a question to the person, with its own region. */
export async function quietPlaces({ configFile, secrets, keep }: QuietDeps): Promise<readonly Place[]> {
  const profiles = await readProfiles(configFile);
  if (profiles.kind === 'problem') return [];
  const places = await Promise.all(
    profiles.entries.map(async (entry): Promise<readonly Place[]> => {
      if (entry.kind !== 'usable') return [];
      const { name, region } = entry.profile;
      const outcome = await openCredentials(entry.profile, {
        secrets,
        askPassphrase: () => Promise.resolve(undefined),
      });
      if (outcome.kind !== 'opened') return [];
      keep(name, outcome.credentials);
      return [{ profile: name, region }];
    }),
  );
  return places.flat();
}
