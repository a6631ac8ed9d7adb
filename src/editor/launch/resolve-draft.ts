import { setupWays } from '../../ports/setup-way';
import type { SetupWay } from '../../ports/setup-way';
import { readFailure } from '../access/read-failure';
import { errorWords } from '../words/error-words';
import type { ImageOption, LaunchCatalog, Place, ShapeOption } from './catalog';
import type { Choice, LaunchDraft } from './draft';
import { isShown, obstacle, preferredShapes } from './shapes';
import type { LaunchWishes } from './wishes';

export interface DraftSettings {
  readonly showCpuShapes: boolean;
  /** GB */
  readonly defaultBootVolumeSize: number;
  /** The profile named in the settings. */
  readonly profile: string | undefined;
  /** The region named in the settings. */
  readonly region: string | undefined;
  /** A name nobody uses yet. */
  readonly freeName: string;
}

/** So many shapes are looked at to find a default that the limits allow. */
const defaultsTried = 4;

/**
 * Turns wishes into a launch: asks the catalog for what can be had, takes what is wished where it is there, and a
 * default where it is not. Publishes the draft as it grows, so that nothing waits for the slowest answer.
 * A question that fails leaves its sentence in the choice.
 */
export async function resolveDraft(
  catalog: LaunchCatalog,
  wishes: LaunchWishes,
  settings: DraftSettings,
  signal: AbortSignal,
  publish: (draft: LaunchDraft) => void,
): Promise<LaunchDraft> {
  let draft: LaunchDraft = {
    bootVolumeSizeInGBs: wishes.bootVolumeSizeInGBs ?? settings.defaultBootVolumeSize,
    name: wishes.name ?? settings.freeName,
    ...(wishes.setupWay === undefined ? {} : { setupWay: wishes.setupWay }),
  };
  const add = (part: Partial<LaunchDraft>) => {
    signal.throwIfAborted();
    draft = { ...draft, ...part };
    publish(draft);
  };
  const pick = async <T>(
    read: Promise<readonly T[]>,
    choose: (options: readonly T[]) => T | undefined,
    none: string,
  ) => await choiceOf(read, choose, none, signal);

  const found = await resolvePlace(catalog, wishes, settings, signal, add);
  if (!found) return draft;
  const place: Place = found;

  const shapesRead = pick(
    catalog
      .shapes(place, signal)
      .then((all) => all.filter((shape) => isShown(shape, settings.showCpuShapes))),
    (all) => preferredShapes(all, wishes.shape)[0],
    settings.showCpuShapes ? 'No shape is offered here.' : 'No GPU shape is offered in this region.',
  );
  const [, shape] = await Promise.all([
    addWhenRead(catalog.availabilityDomains(place, signal), (availabilityDomains) =>
      add({ availabilityDomains }),
    ),
    shapesRead.then((choice) => {
      add({ shape: choice });
      return choice;
    }),
    pick(
      catalog.subnets(place, signal),
      (all) => all.find(({ id }) => id === wishes.subnetId),
      'There is no subnet in this compartment.',
    ).then((subnets) => add({ subnets })),
  ]);
  if (!shape.value) return draft;
  const wished = shape.value.name === wishes.shape;
  // A default that the service limit forbids would be a poor one: the next cheapest is looked at instead.
  const candidates = wished
    ? [shape.value]
    : preferredShapes(shape.options, undefined).slice(0, defaultsTried);
  for (const candidate of candidates) {
    // What was known of the candidate before is not known of this one.
    const { availability: _availability, image: _image, ...rest } = draft;
    draft = rest;
    add({ shape: { options: shape.options, value: candidate } });
    await resolveMachine(candidate);
    if (!draft.availability || obstacle(candidate, draft.availability)?.cause !== 'limit') return draft;
  }
  return draft;

  async function resolveMachine(chosen: ShapeOption): Promise<void> {
    await Promise.all([
      addWhenRead(catalog.availability(place, chosen, signal), (availability) => {
        add({ availability });
      }),
      resolveImage(catalog, place, chosen, wishes, signal).then((image) => {
        add({ image });
        add(wayAndVolume(draft, image.value, wishes));
      }),
    ]);
  }
}

/** Where to look: profile, region and compartment. @returns undefined when one cannot be had: what is published says why */
export async function resolvePlace(
  catalog: Pick<LaunchCatalog, 'profiles' | 'regions' | 'compartments'>,
  wishes: LaunchWishes,
  settings: Pick<DraftSettings, 'profile' | 'region'>,
  signal: AbortSignal,
  publish: (part: Pick<LaunchDraft, 'profile' | 'region' | 'compartment'>) => void,
): Promise<Place | undefined> {
  const profile = await choiceOf(
    catalog.profiles(signal),
    (all) => {
      const usable = all.filter(({ problem }) => problem === undefined);
      return usable.find(({ name }) => name === (wishes.profile ?? settings.profile)) ?? usable[0];
    },
    'No OCI profile can be used.',
    signal,
  );
  publish({ profile });
  if (!profile.value) return undefined;
  const { name: profileName, region: profileRegion } = profile.value;
  const [region, compartment] = await Promise.all([
    choiceOf(
      catalog.regions(profileName, signal),
      (all) =>
        all.find(({ id }) => id === (wishes.region ?? settings.region)) ??
        all.find(({ id }) => id === profileRegion) ??
        all[0],
      'This tenancy is subscribed to no region.',
      signal,
    ),
    choiceOf(
      catalog.compartments(profileName, signal),
      (all) => all.find(({ id }) => id === wishes.compartmentId) ?? all[0],
      'No compartment can be seen with this profile.',
      signal,
    ),
  ]);
  publish({ region, compartment });
  if (!region.value || !compartment.value) return undefined;
  return { profile: profileName, region: region.value.id, compartmentId: compartment.value.id };
}

async function resolveImage(
  catalog: LaunchCatalog,
  place: Place,
  shape: ShapeOption,
  wishes: LaunchWishes,
  signal: AbortSignal,
): Promise<Choice<ImageOption>> {
  return await choiceOf(
    catalog.images(place, shape, signal),
    (all) => all.find(({ id }) => id === wishes.imageId) ?? all[0],
    `No image fits ${shape.name} here.`,
    signal,
  );
}

function wayAndVolume(
  draft: LaunchDraft,
  image: ImageOption | undefined,
  wishes: LaunchWishes,
): Partial<LaunchDraft> {
  if (!image) return {};
  return {
    bootVolumeSizeInGBs: Math.max(draft.bootVolumeSizeInGBs, image.minBootVolumeGBs),
    setupWay: wishes.setupWay === undefined ? firstFittingWay(image) : wishes.setupWay,
  };
}

/** The first way that works on the image, in the tutorial's order; null where none does. */
export function firstFittingWay(image: ImageOption): SetupWay | null {
  return setupWays.find((way) => image.ways[way]?.fits === true) ?? null;
}

async function choiceOf<T>(
  read: Promise<readonly T[]>,
  choose: (options: readonly T[]) => T | undefined,
  none: string,
  signal: AbortSignal,
): Promise<Choice<T>> {
  try {
    const options = await read;
    const value = choose(options);
    if (value !== undefined) return { options, value };
    return options.length === 0 ? { options, problem: none } : { options };
  } catch (error) {
    signal.throwIfAborted();
    return { options: [], problem: errorWords(error), failure: readFailure(error) };
  }
}

/** For what only informs: when it cannot be read, the summary does without. */
async function addWhenRead<T>(read: Promise<T>, add: (value: T) => void): Promise<void> {
  const value = await read.catch(() => undefined);
  if (value !== undefined) add(value);
}
