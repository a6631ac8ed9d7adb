import type { Clouds, CloudsDeps } from './clouds';

/** The same clouds, whose code is loaded with the first question to them: on activation nobody asks. */
export function createLazyClouds(deps: CloudsDeps): Clouds {
  let loading: Promise<Clouds> | undefined;
  const clouds = (): Promise<Clouds> =>
    (loading ??= import('./clouds').then(({ createClouds }) => createClouds(deps)));
  return {
    profiles: async () => await (await clouds()).profiles(),
    of: async (profile, region) => await (await clouds()).of(profile, region),
    current: async () => await (await clouds()).current(),
    quietPlaces: async () => await (await clouds()).quietPlaces(),
    // What was never loaded has nothing to forget.
    reset: () => void loading?.then((loaded) => loaded.reset()),
  };
}
