import type { Cloud } from '../cloud/cloud';
import { readLaunchTags } from '../cloud/tags';
import type { Instance } from '../cloud/types';
import { isWorking } from '../instances/life';
import type { Phase } from '../instances/phase';
import type { InstanceRecord } from '../instances/record';
import type { RecordStore } from '../instances/store';
import { knownInstance } from './known-instance';
import type { LabDeps } from './lab-deps';
import { recordOf } from './record-of-instance';
import { ociOrigin } from './stage';

/** What a look at the cloud works on. */
export interface Discovery {
  readonly deps: LabDeps;
  readonly store: RecordStore;
  readonly signal?: AbortSignal | undefined;
}

interface Place {
  readonly profile: string;
  readonly region: string;
}

/**
 * Reads the cloud again: what it says of the instances in the records, and the instances that carry the
 * extension's tags but are in no record (launched from another computer, or the storage folder was deleted).
 * A place that cannot be read is skipped with a line in the log, unless it is the only one.
 */
export async function discover(discovery: Discovery): Promise<void> {
  const places = await placesToLookAt(discovery);
  const looks = await Promise.allSettled(places.map((place) => lookAt(place, discovery)));
  const failures = looks.filter((look) => look.status === 'rejected');
  for (const failure of failures) discovery.deps.logger.warn('A region could not be read.', failure.reason);
  discovery.signal?.throwIfAborted();
  const [first] = failures;
  if (first && failures.length === looks.length) throw first.reason;
}

/** Every place of a record, and every region of the profile in use. */
async function placesToLookAt({ deps, store, signal }: Discovery): Promise<Place[]> {
  const places = store.records.flatMap(({ origin, phase }) =>
    origin.kind === 'oci' && phase.kind !== 'terminated'
      ? [{ profile: origin.plan.profile, region: origin.plan.region }]
      : [],
  );
  const current = await deps.clouds.current();
  if (current) {
    const cloud = await deps.clouds.of(current.profile, current.region);
    const regions = await cloud.regions(signal);
    places.push(...regions.map(({ id }) => ({ profile: current.profile, region: id })));
  }
  return [...new Map(places.map((place) => [`${place.profile} ${place.region}`, place])).values()];
}

async function lookAt(place: Place, discovery: Discovery): Promise<void> {
  const { deps, store, signal } = discovery;
  const cloud = await deps.clouds.of(place.profile, place.region);
  const found = await cloud.labInstances(signal);
  await Promise.all([
    ...store.records
      .filter((record) => isAt(record, place))
      .map((record) => compare(record, found, cloud, discovery)),
    ...found.map((instance) => takeInUnknown(instance, place, cloud, discovery)),
  ]);
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
  const { instanceId } = ociOrigin(record);
  if (instanceId === undefined || isWorking(record.phase) || record.phase.kind === 'terminated') return;
  const instance =
    found.find(({ id }) => id === instanceId) ?? (await knownInstance(cloud, instanceId, signal));
  const phase = phaseFromCloud(record, instance, deps.clock.now());
  if (phase)
    await store.update(record.id, (current) =>
      current.revision === record.revision ? { ...current, phase } : current,
    );
}

/** The phase that the cloud's word leads to; undefined when the record is right already. */
function phaseFromCloud(
  record: InstanceRecord,
  instance: Instance | undefined,
  since: number,
): Phase | undefined {
  switch (instance?.lifecycleState) {
    case undefined:
    case 'TERMINATING':
    case 'TERMINATED':
      return { kind: 'terminated', since, elsewhere: true };
    case 'STOPPED':
      return record.phase.kind === 'stopped' ? undefined : { kind: 'stopped', since };
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

async function takeInUnknown(
  instance: Instance,
  place: Place,
  cloud: Cloud,
  { deps, store, signal }: Discovery,
): Promise<void> {
  const tags = readLaunchTags(instance.freeformTags);
  const over = instance.lifecycleState === 'TERMINATED' || instance.lifecycleState === 'TERMINATING';
  if (!tags || over || store.get(tags.launchId)) return;
  const record = await recordOf(
    { instance, profile: place.profile, id: tags.launchId, foundBy: 'tags', deps, cloud },
    signal,
  );
  if (!store.get(tags.launchId)) await store.create(record);
}
