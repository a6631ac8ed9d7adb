import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud';
import { readKeptDiskTags, readLaunchTags } from '../../cloud/tags';
import { isGone, type BootVolume, type Instance, type LifecycleState } from '../../cloud/types';
import { isStopped, isWorking } from '../../instances/life';
import type { Phase } from '../../instances/phase';
import type { InstanceRecord, NewRecord } from '../../instances/record';
import { isRecordExists } from '../../instances/record-errors';
import type { RecordStore } from '../../instances/store';
import { recordThatKnows, withAdopted } from './adopt';
import type { Place } from '../clouds';
import { sight, type Sighting } from './known-instance';
import type { Unread } from '../lab';
import type { LabDeps } from '../lab-deps';
import { recordOfKeptDisk } from './record-of-kept-disk';
import { recordOf } from './record-of-instance';
import { resumed } from '../resume';
import { ociOrigin } from '../stage';
import { notedBootVolume } from '../ending/termination';
import { whyUnread } from './unread';

/** What a look at the cloud works on. */
export interface Discovery {
  readonly deps: LabDeps;
  readonly store: RecordStore;
  readonly signal?: AbortSignal | undefined;
}

/** What came of a look at the cloud. */
export interface LookOutcome {
  readonly unread: readonly Unread[];
  /** Why nothing at all could be read; undefined when something was. */
  readonly failure: unknown;
}

/** What could not be read, without why. */
type Part = Omit<Unread, 'why'>;

/** A part that could not be read. */
interface Failure {
  readonly part: Part;
  readonly error: unknown;
}

/**
 * Reads the cloud again: what it says of the instances in the records, and the instances that carry the
 * extension's tags but are in no record, kept boot volumes too (launched from another computer, or the storage folder was deleted).
 * A part that cannot be read is passed over, and told.
 */
export async function discover(discovery: Discovery): Promise<LookOutcome> {
  const { deps, signal } = discovery;
  const { places, failures, unopened } = await placesToLookAt(discovery);
  const looks = await settled(
    places.map((place) => [place, lookAt(place, discovery)]),
    failures,
  );
  signal?.throwIfAborted();
  const failure = looks.length === 0 ? failures[0]?.error : undefined;
  failures.push(...looks.flatMap((look) => look.failures), ...(await takeInAll(looks, discovery)));
  for (const look of looks) failures.push(...(await takeInDisks(look, discovery)));
  for (const { part, error } of failures) deps.logger.warn(`Not read: ${partName(part)}`, error);
  for (const { profile, why } of unopened) deps.logger.warn(`Not read: ${profile}, ${why}`);
  return { unread: [...told(failures), ...unopened], failure };
}

/** A region of a profile that could not be read as a whole needs no words of its own. */
function told(failures: readonly Failure[]): Unread[] {
  const isWhole = ({ part }: Failure): boolean => part.region === undefined;
  const wholes = new Set(failures.filter(isWhole).map(({ part }) => part.profile));
  return failures
    .filter((failure) => isWhole(failure) || !wholes.has(failure.part.profile))
    .map(({ part, error }) => ({ ...part, why: whyUnread(error) }));
}

function partName({ profile, region, instance }: Part): string {
  return [profile, region, instance].filter((name) => name !== undefined).join(', ');
}

/** The values of what went well; the rest is noted as failures. */
async function settled<T>(
  parts: readonly (readonly [Part, Promise<T>])[],
  failures: Failure[],
): Promise<T[]> {
  const outcomes = await Promise.allSettled(parts.map(([, work]) => work));
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return [outcome.value];
    const part = parts[index]?.[0];
    if (part) failures.push({ part, error: outcome.reason });
    return [];
  });
}

/** Every region of the profile in use, every place of a record, and every region of the other profiles. */
async function placesToLookAt({ deps, store, signal }: Discovery): Promise<{
  places: readonly Place[];
  failures: Failure[];
  unopened: readonly Unread[];
}> {
  const recorded = store.records.flatMap(({ origin, phase }) =>
    origin.kind === 'oci' && phase.kind !== 'terminated'
      ? [{ profile: origin.plan.profile, region: origin.plan.region }]
      : [],
  );
  const [current, others] = await Promise.all([deps.clouds.current(), deps.clouds.quietPlaces()]);
  const profiles = unique(
    [...(current ? [current] : []), ...recorded, ...others.places],
    ({ profile }) => profile,
  );
  const failures: Failure[] = [];
  const subscribed = await settled(
    profiles.map(({ profile, region }) => [{ profile }, regionsOf({ profile, region }, deps, signal)]),
    failures,
  );
  const ofCurrent = subscribed.filter(([first]) => first?.profile === current?.profile);
  const unopened = others.unopened.filter(
    ({ profile }) => !profiles.some((known) => known.profile === profile),
  );
  return {
    places: unique(
      [...ofCurrent.flat(), ...recorded, ...subscribed.flat()],
      ({ profile, region }) => `${profile} ${region}`,
    ),
    failures,
    unopened,
  };
}

async function regionsOf(
  { profile, region }: Place,
  { clouds }: LabDeps,
  signal: AbortSignal | undefined,
): Promise<Place[]> {
  const cloud = await clouds.of(profile, region);
  return (await cloud.regions(signal)).map(({ id }) => ({ profile, region: id }));
}

/** The first of each key. */
function unique<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const firsts = new Map<string, T>();
  for (const item of items) if (!firsts.has(keyOf(item))) firsts.set(keyOf(item), item);
  return [...firsts.values()];
}

/** What a place holds, after the records there have been compared with it. */
interface Look {
  readonly place: Place;
  readonly cloud: Cloud;
  readonly found: readonly Instance[];
  /** Boot volumes that were kept. */
  readonly disks: readonly BootVolume[];
  /** Records that could not be compared. */
  readonly failures: readonly Failure[];
}

async function lookAt(place: Place, discovery: Discovery): Promise<Look> {
  const { deps, store, signal } = discovery;
  const cloud = await deps.clouds.of(place.profile, place.region);
  const failures: Failure[] = [];
  const [found, disks] = await Promise.all([
    cloud.labInstances(signal),
    settled([[place, cloud.labBootVolumes(signal)]], failures),
  ]);
  await settled(
    store.records
      .filter((record) => isAt(record, place))
      .map((record) => [{ ...place, instance: record.name }, compare(record, found, cloud, discovery)]),
    failures,
  );
  return { place, cloud, found, disks: disks.flat(), failures };
}

/**
 * One after the other: two instances of one launch, or two profiles that see the same one, must not meet here.
 * @returns those that could not be read through any profile
 */
async function takeInAll(looks: readonly Look[], discovery: Discovery): Promise<Failure[]> {
  const failures: (Failure & { readonly instance: Instance })[] = [];
  for (const { place, cloud, found } of looks) {
    for (const instance of found) {
      try {
        await takeInUnknown(instance, place, cloud, discovery);
      } catch (error) {
        discovery.signal?.throwIfAborted();
        failures.push({ part: { ...place, instance: instance.name }, error, instance });
      }
    }
  }
  return failures.filter(({ instance }) => !isRecorded(discovery.store, instance));
}

/**
 * Kept boot volumes that no record tells of: they are billed, and can be deleted as by the record that kept them.
 * @returns those that could not be taken in
 */
async function takeInDisks({ place, disks }: Look, { deps, store }: Discovery): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const disk of disks) {
    const tags = readKeptDiskTags(disk.freeformTags);
    if (!tags || store.records.some(({ phase }) => keptDiskOf(phase) === disk.id)) continue;
    const id = store.get(tags.launchId) ? randomUUID() : tags.launchId;
    try {
      const record = recordOfKeptDisk(disk, { ...place, id, shape: tags.shape, now: deps.clock.now() });
      await createUnlessThere(store, record);
    } catch (error) {
      failures.push({ part: { ...place, instance: disk.name }, error });
    }
  }
  return failures;
}

/** Another window may have taken it in meanwhile. */
async function createUnlessThere(store: RecordStore, record: NewRecord): Promise<void> {
  try {
    await store.create(record);
  } catch (error) {
    if (!isRecordExists(error)) throw error;
  }
}

/** Kept, or to be kept by a termination that has not ended. */
function keptDiskOf(phase: Phase): string | undefined {
  if (phase.kind === 'terminated') return phase.keptBootVolumeId;
  return notedBootVolume(phase);
}

function isAt({ origin }: InstanceRecord, place: Place): boolean {
  return (
    origin.kind === 'oci' && origin.plan.profile === place.profile && origin.plan.region === place.region
  );
}

async function compare(
  record: InstanceRecord,
  found: readonly Instance[],
  cloud: Cloud,
  { deps, store, signal }: Discovery,
): Promise<void> {
  if (isWorking(record.phase) || record.phase.kind === 'terminated') return;
  const { instanceId, plan, startedAt = 0 } = ociOrigin(record);
  const since = deps.clock.now();
  const take = async (change: (current: InstanceRecord) => InstanceRecord): Promise<void> => {
    await store.update(record.id, (current) =>
      current.revision === record.revision ? change(current) : current,
    );
  };
  const takePhase = async (phase: Phase | undefined): Promise<void> => {
    if (phase) await take((current) => ({ ...current, phase }));
  };
  if (instanceId === undefined) {
    // What a failed launch has made after all is taken over at once: launching might make a second one.
    const made = found.find(
      (instance) => !isGone(instance.lifecycleState) && recordThatKnows(store, instance)?.id === record.id,
    );
    if (!made) return;
    const ending = endedAgain(record, since);
    if (ending) await takePhase(ending);
    else await take((current) => withAdopted(current, made, since));
    return;
  }
  const listed = found.find(({ id }) => id === instanceId);
  const place = { instanceId, compartmentId: plan.compartmentId, since: startedAt };
  const sighting: Sighting = listed
    ? { kind: 'seen', instance: listed }
    : await sight(cloud, place, since, signal);
  if (sighting.kind === 'tooNew') return;
  const state = sighting.kind === 'gone' ? 'TERMINATED' : sighting.instance.lifecycleState;
  await takePhase(phaseFromCloud(record, state, since));
}

/** The phase that the cloud's word leads to; undefined when the record is right already. */
function phaseFromCloud(record: InstanceRecord, state: LifecycleState, since: number): Phase | undefined {
  switch (state) {
    case 'TERMINATING':
    case 'TERMINATED':
      return endedAgain(record, since) ?? { kind: 'terminated', since, elsewhere: true };
    case 'STOPPED':
      if (record.phase.kind === 'stopped') return undefined;
      // Where only starting it has failed, it is known since when it has been stopped.
      return { kind: 'stopped', since, ...(isStopped(record.phase) ? {} : { elsewhere: true }) };
    case 'RUNNING':
      return isStopped(record.phase) ? { kind: 'booting', step: 'Started elsewhere', since } : undefined;
    case 'MOVING':
    case 'PROVISIONING':
    case 'STARTING':
    case 'STOPPING':
    case 'CREATING_IMAGE':
    case 'UNKNOWN':
      return undefined;
  }
}

/** A termination that was asked for here and failed: what is left of it is done, and a kept disk is not forgotten. */
function endedAgain(record: InstanceRecord, since: number): Phase | undefined {
  const { phase } = record;
  return phase.kind === 'failed' && phase.at === 'terminating'
    ? resumed(record, phase, since).phase
    : undefined;
}

async function takeInUnknown(
  instance: Instance,
  place: Place,
  cloud: Cloud,
  { deps, store, signal }: Discovery,
): Promise<void> {
  const tags = readLaunchTags(instance.freeformTags);
  if (!tags || isGone(instance.lifecycleState) || recordThatKnows(store, instance)) return;
  // A second instance of one launch is billed like the first: it gets a record of its own.
  const id = store.get(tags.launchId) ? randomUUID() : tags.launchId;
  const record = await recordOf(
    { instance, profile: place.profile, id, foundBy: 'tags', deps, cloud },
    signal,
  );
  if (!recordThatKnows(store, instance)) await createUnlessThere(store, record);
}

function isRecorded(store: RecordStore, instance: Instance): boolean {
  return store.records.some(({ origin }) => origin.kind === 'oci' && origin.instanceId === instance.id);
}
