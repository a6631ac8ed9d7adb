import type { BootVolume as SdkBootVolume } from 'oci-core/lib/model';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { isCloudError } from './errors';
import { toIsoTime } from './images';
import { getInstance } from './instances';
import { readKeptDiskTags } from './tags';
import type { BootVolume } from './types';

type Volumes = Pick<Clients, 'compute' | 'storage'>;

/** The disk that an instance boots from; `undefined` while it has none, or when the instance is gone. */
export async function bootVolumeOf(
  clients: Volumes,
  instanceId: string,
  signal?: AbortSignal,
): Promise<BootVolume | undefined> {
  try {
    const { availabilityDomain, compartmentId } = await getInstance(clients, instanceId, signal);
    const attachments = await listAll('listBootVolumeAttachments', signal, (next) =>
      clients.compute.listBootVolumeAttachments({ availabilityDomain, compartmentId, instanceId, ...next }),
    );
    const bootVolumeId = attachments.find(({ bootVolumeId: id }) => id !== '')?.bootVolumeId;
    if (bootVolumeId === undefined) return undefined;
    const { bootVolume } = await call('getBootVolume', signal, () =>
      clients.storage.getBootVolume({ bootVolumeId }),
    );
    return toBootVolume(bootVolume);
  } catch (error) {
    if (isCloudError(error, 'notFound')) return undefined;
    throw error;
  }
}

/** Disks of a domain that no instance uses: kept when their instance was terminated. Each costs money. */
export async function listKeptBootVolumes(
  { compute, storage }: Volumes,
  place: { readonly compartmentId: string; readonly availabilityDomain: string },
  signal?: AbortSignal,
): Promise<BootVolume[]> {
  const [volumes, attachments] = await Promise.all([
    listAll('listBootVolumes', signal, (next) => storage.listBootVolumes({ ...place, ...next })),
    listAll('listBootVolumeAttachments', signal, (next) =>
      compute.listBootVolumeAttachments({ ...place, ...next }),
    ),
  ]);
  const inUse = new Set(
    attachments
      .filter(({ lifecycleState }) => (lifecycleState as string) !== 'DETACHED')
      .map(({ bootVolumeId }) => bootVolumeId),
  );
  return volumes
    .filter(({ id, lifecycleState }) => (lifecycleState as string) === 'AVAILABLE' && !inUse.has(id))
    .map(toBootVolume);
}

/** Disks of a compartment, in any domain, that were tagged when they were kept and that no instance uses. */
export async function listTaggedKeptBootVolumes(
  clients: Volumes,
  compartmentId: string,
  signal?: AbortSignal,
): Promise<BootVolume[]> {
  const volumes = await listAll('listBootVolumes', signal, (next) =>
    clients.storage.listBootVolumes({ compartmentId, ...next }),
  );
  const tagged = volumes.filter(({ freeformTags = {} }) => readKeptDiskTags(freeformTags) !== undefined);
  const domains = new Set(tagged.map(({ availabilityDomain }) => availabilityDomain));
  const kept = await Promise.all(
    [...domains].map((availabilityDomain) =>
      listKeptBootVolumes(clients, { compartmentId, availabilityDomain }, signal),
    ),
  );
  return kept.flat().filter(({ freeformTags }) => readKeptDiskTags(freeformTags) !== undefined);
}

/** Adds tags to those that a disk has. */
export async function tagBootVolume(
  { storage }: Pick<Clients, 'storage'>,
  bootVolumeId: string,
  tags: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const { bootVolume } = await call('getBootVolume', signal, () => storage.getBootVolume({ bootVolumeId }));
  const freeformTags = { ...bootVolume.freeformTags, ...tags };
  await call('updateBootVolume', signal, () =>
    storage.updateBootVolume({ bootVolumeId, updateBootVolumeDetails: { freeformTags } }),
  );
}

/** Deletes a disk for good. @throws CloudError `notFound` for one that is gone, and for one that may not be seen */
export async function deleteBootVolume(
  { storage }: Pick<Clients, 'storage'>,
  bootVolumeId: string,
  signal?: AbortSignal,
): Promise<void> {
  await call('deleteBootVolume', signal, () => storage.deleteBootVolume({ bootVolumeId }));
}

function toBootVolume(volume: SdkBootVolume): BootVolume {
  return {
    id: volume.id,
    name: volume.displayName ?? volume.id,
    sizeGb: volume.sizeInGBs ?? Math.round(volume.sizeInMBs / 1024),
    availabilityDomain: volume.availabilityDomain,
    compartmentId: volume.compartmentId,
    ...(volume.imageId ? { imageId: volume.imageId } : {}),
    freeformTags: volume.freeformTags ?? {},
    timeCreated: toIsoTime(volume.timeCreated),
  };
}
