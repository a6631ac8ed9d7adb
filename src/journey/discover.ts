import { randomUUID } from 'node:crypto';
import type { Cloud } from '../cloud/cloud';
import { readLaunchTags } from '../cloud/tags';
import { isGone, type Instance, type LifecycleState } from '../cloud/types';
import { isWorking } from '../instances/life';
import type { Phase } from '../instances/phase';
import type { InstanceRecord } from '../instances/record';
import type { RecordStore } from '../instances/store';
import type { Place } from './clouds';
import { sight, type Sighting } from './known-instance';
import type { LabDeps } from './lab-deps';
import { recordOf } from './record-of-instance';
import { resumed } from './resume';
import { ociOrigin } from './stage';

/** What a look at the cloud works on. */
export interface Discovery {
  readonly deps: LabDeps;
  readonly store: RecordStore;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the cloud again: what it says of the instances in the records, and the instances that carry the
 * extension's tags but are in no record (launched from another computer, or the storage folder was deleted).
 * A place that cannot be read is skipped with a line in the log, unless it is the only one.
 */
export async function discover(discovery: Discovery): Promise<void> {
  const { deps, signal } = discovery;
  const { places, failures } = await placesToLookAt(discovery);
  const looks = await Promise.allSettled(places.map((place) => lookAt(place, discovery)));
  for (const look of looks) if (look.status === 'rejected') failures.push(look.reason);
  for (const failure of failures) deps.logger.warn('A region could not be read.', failure);
  signal?.throwIfAborted();
  const read = looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
  if (failures.length > 0 && read.length === 0) throw failures[0];
  for (const arrivals of read) await takeInArrivals(arrivals, discovery);
}

/** Every region of the profile in use, every place of a record, and every region of the other profiles. */
async function placesToLookAt({ deps, store, signal }: Discovery): Promise<{
  places: Place[];
  failures: unknown[];
}> {
  const recorded = store.records.flatMap(({ origin, phase }) =>
    origin.kind === 'oci' && phase.kind !== 'terminated'
      ? [{ profile: origin.plan.profile, region: origin.plan.region }]
      : [],
  );
  const [current, others] = await Promise.all([deps.clouds.current(), deps.clouds.quietPlaces()]);
  const profiles = [
    ...(current ? [current] : []),
    ...others.filter(({ profile }) => profile !== current?.profile),
  ];
  const regions = await Promise.allSettled(
    profiles.map(async ({ profile, region }) => {
      const cloud = await deps.clouds.of(profile, region);
      return (await cloud.regions(signal)).map(({ id }) => ({ profile, region: id }));
    }),
  );
  const subscribed = regions.map((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const places = current
    ? [...(subscribed[0] ?? []), ...recorded, ...subscribed.slice(1).flat()]
    : [...recorded, ...subscribed.flat()];
  return {
    places: [...new Map(places.map((place) => [`${place.profile} ${place.region}`, place])).values()],
    failures: regions.flatMap((answer): unknown[] => (answer.status === 'rejected' ? [answer.reason] : [])),
  };
}

/** What a place holds, after the records there have been compared with it. */
interface Look {
  readonly place: Place;
  readonly cloud: Cloud;
  readonly found: readonly Instance[];
}

async function lookAt(place: Place, discovery: Discovery): Promise<Look> {
  const { deps, store, signal } = discovery;
  const cloud = await deps.clouds.of(place.profile, place.region);
  const found = await cloud.labInstances(signal);
  const comparisons = await Promise.allSettled(
    store.records
      .filter((record) => isAt(record, place))
      .map((record) => compare(record, found, cloud, discovery)),
  );
  for (const look of comparisons) {
    if (look.status === 'rejected') deps.logger.warn('An instance could not be read.', look.reason);
  }
  return { place, cloud, found };
}

/** One after the other: two instances of one launch, or two profiles that see the same one, must not meet here. */
async function takeInArrivals({ place, cloud, found }: Look, discovery: Discovery): Promise<void> {
  for (const instance of found) {
    try {
      await takeInUnknown(instance, place, cloud, discovery);
    } catch (error) {
      discovery.signal?.throwIfAborted();
      discovery.deps.logger.warn('An instance could not be read.', error);
    }
  }
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
  const take = async (phase: Phase | undefined): Promise<void> => {
    if (!phase) return;
    await store.update(record.id, (current) =>
      current.revision === record.revision ? { ...current, phase } : current,
    );
  };
  if (instanceId === undefined) {
    // A launch that failed without an answer had gone through after all: launching takes the instance over.
    if (found.some((instance) => isOfLaunch(instance, record.id)))
      await take(endedAgain(record, since) ?? { kind: 'launching', step: 'Found in the cloud', since });
    return;
  }
  const listed = found.find(({ id }) => id === instanceId);
  const place = { instanceId, compartmentId: plan.compartmentId, since: startedAt };
  const sighting: Sighting = listed
    ? { kind: 'seen', instance: listed }
    : await sight(cloud, place, since, signal);
  if (sighting.kind === 'tooNew') return;
  const state = sighting.kind === 'gone' ? 'TERMINATED' : sighting.instance.lifecycleState;
  await take(phaseFromCloud(record, state, since));
}

function isOfLaunch({ freeformTags, lifecycleState }: Instance, launchId: string): boolean {
  return !isGone(lifecycleState) && readLaunchTags(freeformTags)?.launchId === launchId;
}

/** The phase that the cloud's word leads to; undefined when the record is right already. */
function phaseFromCloud(record: InstanceRecord, state: LifecycleState, since: number): Phase | undefined {
  switch (state) {
    case 'TERMINATING':
    case 'TERMINATED':
      return endedAgain(record, since) ?? { kind: 'terminated', since, elsewhere: true };
    case 'STOPPED':
      return record.phase.kind === 'stopped' ? undefined : { kind: 'stopped', since, elsewhere: true };
    case 'RUNNING':
      return record.phase.kind === 'stopped'
        ? { kind: 'booting', step: 'Started elsewhere', since }
        : undefined;
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
  if (!tags || isGone(instance.lifecycleState) || isInTheList(store, instance, tags.launchId)) return;
  // A second instance of one launch is billed like the first: it gets a record of its own.
  const id = store.get(tags.launchId) ? randomUUID() : tags.launchId;
  const record = await recordOf(
    { instance, profile: place.profile, id, foundBy: 'tags', deps, cloud },
    signal,
  );
  if (!isInTheList(store, instance, tags.launchId)) await store.create(record);
}

/** By its id, or by a launch that does not know yet what it made; one that was ended does not look any more. */
function isInTheList(store: RecordStore, { id }: Instance, launchId: string): boolean {
  return store.records.some(
    (record) =>
      record.origin.kind === 'oci' &&
      (record.origin.instanceId === id ||
        (record.id === launchId &&
          record.origin.instanceId === undefined &&
          record.phase.kind !== 'terminated')),
  );
}
