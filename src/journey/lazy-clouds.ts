import { createLoadOnce } from '../waiting/load-once';
import type { Clouds, CloudsDeps } from './clouds';

/** The same clouds, whose code is loaded with the first question to them: on activation nobody asks. */
export function createLazyClouds(deps: CloudsDeps): Clouds {
  const clouds = createLoadOnce(async () => (await import('./clouds')).createClouds(deps));
  return {
    profiles: async () => await (await clouds.get()).profiles(),
    of: async (profile, region) => await (await clouds.get()).of(profile, region),
    current: async () => await (await clouds.get()).current(),
    quietPlaces: async () => await (await clouds.get()).quietPlaces(),
    // What was never loaded has nothing to forget.
    reset: () => clouds.ifUsed((loaded) => loaded.reset()),
  };
}
