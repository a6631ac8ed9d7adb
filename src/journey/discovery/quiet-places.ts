import { openCredentials, readProfiles, type Credentials } from '../../cloud';
import type { SecretStore } from '../../ports/secrets';
import type { QuietPlaces } from '../clouds';
import { whyUnopened } from './unread';

/** What finding the profiles that open quietly needs. */
export interface QuietDeps {
  readonly configFile: string | undefined;
  readonly secrets: SecretStore;
  /** A profile has been opened. */
  readonly keep: (profile: string, credentials: Credentials) => void;
}

/** The profiles of the config file: those that open without a question to the person, and the others. */
export async function quietPlaces({ configFile, secrets, keep }: QuietDeps): Promise<QuietPlaces> {
  const profiles = await readProfiles(configFile);
  if (profiles.kind === 'problem') return { places: [], unopened: [] };
  const unopened = (profile: string, problem: Parameters<typeof whyUnopened>[0]): QuietPlaces => ({
    places: [],
    unopened: [{ profile, why: whyUnopened(problem) }],
  });
  const answers = await Promise.all(
    profiles.entries.map(async (entry): Promise<QuietPlaces> => {
      if (entry.kind === 'problem') return unopened(entry.name, entry.problem);
      const { name, region } = entry.profile;
      const outcome = await openCredentials(entry.profile, {
        secrets,
        askPassphrase: () => Promise.resolve(undefined),
      });
      if (outcome.kind !== 'opened')
        return unopened(name, outcome.kind === 'cancelled' ? outcome.kind : outcome.problem);
      keep(name, outcome.credentials);
      return { places: [{ profile: name, region }], unopened: [] };
    }),
  );
  return {
    places: answers.flatMap(({ places }) => places),
    unopened: answers.flatMap((answer) => answer.unopened),
  };
}
