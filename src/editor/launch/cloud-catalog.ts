import type { Capacity, Image, LimitState, Shape, ShapeConfig } from '../../cloud';
import type { Clouds } from '../../journey/clouds';
import { setupWays } from '../../ports/setup-way';
import type { Availability, ImageOption, LaunchCatalog, Place, ShapeOption } from './catalog';
import { regionName } from './region-names';

/** What a flexible shape is given unless the person says otherwise: enough for the sample notebooks. */
const modestConfig: ShapeConfig = { ocpus: 2, memoryInGBs: 16 };

/**
 * The launch catalog of the real cloud. Each list is read once for each place, and goes on being read when the
 * asker has given it up, for the next asks the same.
 * @param life ends every read: that of the wizard that the catalog serves
 */
export function createCloudCatalog(clouds: Clouds, life: AbortSignal): LaunchCatalog {
  const shapesByName = new Map<string, Shape>();
  const lists = new Map<string, Promise<unknown>>();
  const once = async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = lists.get(key) as Promise<T> | undefined;
    if (known) return await known;
    const reading = read();
    lists.set(key, reading);
    // What failed is asked again.
    reading.catch(() => lists.delete(key));
    return await reading;
  };
  const cloudOf = (place: Place) => clouds.of(place.profile, place.region);
  const keyOf = (what: string, place: Place, more = '') =>
    [what, place.profile, place.region, place.compartmentId, more].join(' ');
  const shapeOf = (place: Place, shape: ShapeOption): Shape => {
    const found = shapesByName.get(keyOf('shape', place, shape.name));
    if (!found) throw new Error(`${shape.name} is not offered here.`);
    return found;
  };
  const homeCloud = async (profile: string) => {
    const entry = (await catalog.profiles(life)).find(({ name }) => name === profile);
    return await clouds.of(profile, entry?.region ?? '');
  };

  const catalog: LaunchCatalog = {
    profiles: async () => {
      const [{ describeProblem }, profiles] = await Promise.all([import('../../cloud'), clouds.profiles()]);
      if (profiles.kind === 'problem')
        throw new Error(Object.values(describeProblem(profiles.problem)).join(' '));
      return profiles.entries.map((entry) =>
        entry.kind === 'usable'
          ? {
              name: entry.name,
              region: entry.profile.region,
              ...(entry.profile.warnings.length > 0 ? { warning: entry.profile.warnings.join(' ') } : {}),
            }
          : { name: entry.name, region: '', problem: describeProblem(entry.problem).message },
      );
    },
    regions: (profile) =>
      once(`regions ${profile}`, async () =>
        (await (await homeCloud(profile)).regions(life)).map((region) => ({
          ...region,
          name: regionName(region.id),
        })),
      ),
    compartments: (profile) =>
      once(`compartments ${profile}`, async () => await (await homeCloud(profile)).compartments(life)),
    availabilityDomains: (place) =>
      once(keyOf('domains', place), async () =>
        (await (await cloudOf(place)).availabilityDomains(life)).map(({ name }) => name),
      ),
    shapes: (place) =>
      once(keyOf('shapes', place), async () => {
        const { hourlyPrice, shapeProblem } = await import('../../cloud');
        const shapes = await (await cloudOf(place)).shapes(place.compartmentId, { includeCpu: true }, life);
        for (const shape of shapes) shapesByName.set(keyOf('shape', place, shape.name), shape);
        return shapes.map((shape) => {
          const config = configOf(shape);
          return shapeOption(shape, config, hourlyPrice(shape, config), shapeProblem(shape));
        });
      }),
    availability: (place, option) =>
      once(keyOf('availability', place, option.name), async () => {
        const cloud = await cloudOf(place);
        const shape = shapeOf(place, option);
        const config = configOf(shape);
        const asked = { name: shape.name, config };
        const [limits, capacity] = await Promise.all([
          Promise.all(
            shape.availabilityDomains.map(async (availabilityDomain) => ({
              availabilityDomain,
              state: await cloud.limit(
                { shape, config, compartmentId: place.compartmentId, availabilityDomain },
                life,
              ),
            })),
          ),
          cloud.capacity([asked], shape.availabilityDomains, life),
        ]);
        return toAvailability(shape.availabilityDomains, limits, capacity);
      }),
    images: (place, option) =>
      once(keyOf('images', place, option.name), async () => {
        const { fitOf } = await import('../../cloud');
        const shape = shapeOf(place, option);
        const images = await (await cloudOf(place)).images(place.compartmentId, shape, life);
        return images
          .map((image) =>
            imageOption(image, Object.fromEntries(setupWays.map((way) => [way, fitOf(shape, image, way)]))),
          )
          .toSorted((a, b) => Number(canBeSetUp(b)) - Number(canBeSetUp(a)));
      }),
    subnets: (place) =>
      once(keyOf('subnets', place), async () =>
        (await (await cloudOf(place)).subnets(place.compartmentId, life)).map(
          ({ id, name, isPublic, cidr, availabilityDomain }) => ({
            id,
            name,
            isPublic,
            cidr,
            ...(availabilityDomain === undefined ? {} : { availabilityDomain }),
          }),
        ),
      ),
  };
  return catalog;
}

function configOf({ flexible }: Shape): ShapeConfig | undefined {
  if (!flexible) return undefined;
  return {
    ocpus: within(flexible.ocpus, modestConfig.ocpus),
    memoryInGBs: within(flexible.memoryGb, modestConfig.memoryInGBs),
  };
}

function within({ min, max }: { readonly min: number; readonly max: number }, value: number): number {
  return Math.min(max, Math.max(min, value));
}

function shapeOption(
  shape: Shape,
  config: ShapeConfig | undefined,
  usdPerHour: number | undefined,
  unusable: string | undefined,
): ShapeOption {
  return {
    name: shape.name,
    kind: shape.gpus === 0 ? 'cpu' : shape.isBareMetal ? 'bareMetal' : 'vm',
    gpus: {
      count: shape.gpus,
      name: shape.gpuDescription?.replace(/^NVIDIA®? /, '') ?? (shape.gpus === 0 ? 'CPU' : 'GPU'),
      ...(shape.gpuMemoryGb === undefined ? {} : { memoryGBs: shape.gpuMemoryGb }),
    },
    ocpus: config?.ocpus ?? shape.ocpus,
    memoryInGBs: config?.memoryInGBs ?? shape.memoryGb,
    isFlexible: config !== undefined,
    ...(usdPerHour === undefined || !shape.price ? {} : { price: { usdPerHour, asOf: shape.price.asOf } }),
    billedWhenStopped: shape.isBilledForStopped,
    ...(unusable === undefined ? {} : { unusable }),
  };
}

/** What the limits and the capacity report say together; what they do not know stays open. */
export function toAvailability(
  domains: readonly string[],
  limits: readonly { readonly availabilityDomain: string; readonly state: LimitState }[],
  capacity: readonly Capacity[],
): Availability {
  const left = new Map<string, number>();
  for (const { availabilityDomain, state } of limits) {
    // The limits count GPUs or cores; a person counts instances.
    if (state.kind !== 'unknown') left.set(availabilityDomain, Math.floor(state.available / state.needed));
  }
  const known = capacity.filter(({ status }) => status !== 'unknown');
  const offered = domains.filter(
    (domain) =>
      !known.some(
        ({ availabilityDomain, status }) => availabilityDomain === domain && status === 'notSupported',
      ),
  );
  return {
    domains: offered,
    ...(left.size > 0 ? { left } : {}),
    ...(known.length === domains.length
      ? {
          domainsWithRoom: known
            .filter(({ status }) => status === 'available')
            .map(({ availabilityDomain }) => availabilityDomain),
        }
      : {}),
  };
}

function imageOption(image: Image, ways: ImageOption['ways']): ImageOption {
  return {
    id: image.id,
    name: image.name,
    operatingSystem: image.operatingSystem,
    isPlatformImage: image.isPlatformImage,
    loginUser: image.loginUser,
    createdOn: image.timeCreated.slice(0, 10),
    isTutorialImage: image.isTutorialImage,
    ways,
    minBootVolumeGBs: image.minBootVolumeGb,
  };
}

function canBeSetUp({ ways }: ImageOption): boolean {
  return Object.values(ways).some((fit) => fit.fits);
}
