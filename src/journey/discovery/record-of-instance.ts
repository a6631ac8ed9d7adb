import type { Cloud } from '../../cloud/cloud';
import { readLaunchTags } from '../../cloud/tags';
import { isCloudError } from '../../cloud/errors';
import { hourlyPrice } from '../../cloud/shapes';
import type { Addresses, Image, Instance, Shape, ShapeConfig } from '../../cloud/types';
import type { InstanceRecord, KeyReference, LaunchPlan, NewRecord } from '../../instances/record';
import { setupWays, type SetupWay } from '../../ports/setup-way';
import { keptKeySecret } from '../reach/kept-keys';
import type { LabDeps } from '../lab-deps';
import { ownKey } from '../reach/own-key';

/** An instance that no record knows, and how it was found. */
export interface UnknownInstance {
  readonly instance: Instance;
  readonly profile: string;
  readonly id: string;
  readonly foundBy: 'tags' | 'adoption';
  readonly deps: LabDeps;
  readonly cloud: Cloud;
}

/** A record for it, from what the cloud says; the address and what is set up there are read next, by booting. */
export async function recordOf(unknown: UnknownInstance, signal?: AbortSignal): Promise<NewRecord> {
  const { instance, id, deps, foundBy, cloud } = unknown;
  const [plan, key, addresses] = await Promise.all([
    planOf(unknown, signal),
    keyOf(unknown),
    // While it is provisioned, the public address is still to come.
    instance.lifecycleState === 'PROVISIONING' ? undefined : cloud.addresses(instance, signal),
  ]);
  const record: NewRecord = {
    id,
    name: instance.name,
    createdAt: Date.parse(instance.timeCreated),
    origin: {
      kind: 'oci',
      plan,
      instanceId: instance.id,
      availabilityDomain: instance.availabilityDomain,
      startedAt: Date.parse(instance.timeCreated),
      foundBy,
    },
    ssh: {
      port: 22,
      user: plan.image.loginUser,
      hostKeys: [],
      ...(key ? { key } : {}),
    },
    setup: { way: plan.setupWay, extraPackages: [] },
    tunnel: { wanted: true },
    reachedAt: Date.parse(instance.timeCreated),
    phase:
      instance.lifecycleState === 'STOPPED'
        ? { kind: 'stopped', since: deps.clock.now(), elsewhere: true }
        : { kind: 'booting', step: 'Found in the cloud', since: deps.clock.now() },
    journal: [],
  };
  return addresses ? withNetworkAt(record, addresses) : record;
}

/**
 * The network of a found instance, as far as its addresses tell it. It may have been found before it had any: while
 * none is known, a public one is expected.
 */
export function withNetworkAt<T extends Pick<InstanceRecord, 'origin'>>(
  record: T,
  { publicIp, subnetId, networkSecurityGroupIds }: Addresses,
): T {
  const { origin } = record;
  if (origin.kind !== 'oci' || origin.plan.network.kind !== 'subnet') return record;
  const network = {
    ...origin.plan.network,
    isPublic: publicIp !== undefined,
    ...(subnetId === undefined ? {} : { subnetId }),
  };
  // Of an adopted instance the groups are the person's own, and not for this extension to open.
  const groupId = origin.foundBy === 'tags' ? networkSecurityGroupIds?.[0] : undefined;
  return {
    ...record,
    origin: {
      ...origin,
      plan: { ...origin.plan, network },
      ...(groupId === undefined ? {} : { networkSecurityGroupId: groupId }),
    },
  };
}

/** The key that was kept for it, else the one of the person's own that its tags name. */
async function keyOf({ instance, id, deps }: UnknownInstance): Promise<KeyReference | undefined> {
  const secretKey = keptKeySecret(id);
  if ((await deps.secrets.get(secretKey)) !== undefined) return { kind: 'secret', secretKey };
  return await ownKey(readLaunchTags(instance.freeformTags)?.keyFingerprint, deps.sshDir);
}

async function planOf(
  { instance, profile, cloud }: UnknownInstance,
  signal?: AbortSignal,
): Promise<LaunchPlan> {
  const [shapes, image, disk, compartments] = await Promise.all([
    cloud.shapes(instance.compartmentId, { includeCpu: true }, signal),
    imageOf(cloud, instance, signal),
    cloud.bootVolumeOf(instance.id, signal),
    cloud.compartments(signal),
  ]);
  const shape = shapes.find(({ name }) => name === instance.shape);
  const shapeConfig = shapeConfigOf(instance, shape);
  const compartment = compartments.find(({ id }) => id === instance.compartmentId);
  return {
    profile,
    region: instance.region,
    compartmentId: instance.compartmentId,
    compartmentName: compartment?.name ?? '',
    shape: instance.shape,
    ...(shapeConfig ? { shapeConfig } : {}),
    gpus: { count: instance.gpus, name: shape?.gpuDescription ?? '' },
    ...priceOf(shape, shapeConfig),
    billedWhenStopped: shape?.isBilledForStopped ?? true,
    image: {
      id: instance.imageId ?? '',
      name: image?.name ?? '',
      operatingSystem: image?.operatingSystem ?? '',
      isPlatformImage: image?.isPlatformImage ?? false,
      minBootVolumeGb: image?.minBootVolumeGb ?? 0,
      loginUser: image?.loginUser ?? 'opc',
    },
    availabilityDomains: [instance.availabilityDomain],
    network: { kind: 'subnet', subnetId: '', subnetName: '', isPublic: true },
    bootVolumeSizeInGBs: disk?.sizeGb ?? image?.minBootVolumeGb ?? 0,
    sshPublicKey: '',
    setupWay: setupWayOf(readLaunchTags(instance.freeformTags)?.setupWay),
    extraPackages: [],
    name: instance.name,
  };
}

/** What a flexible shape was given. */
function shapeConfigOf({ ocpus, memoryGb }: Instance, shape: Shape | undefined): ShapeConfig | undefined {
  return shape?.flexible && ocpus !== undefined && memoryGb !== undefined
    ? { ocpus, memoryInGBs: memoryGb }
    : undefined;
}

function priceOf(shape: Shape | undefined, config: ShapeConfig | undefined): Pick<LaunchPlan, 'price'> {
  const usdPerHour = shape && hourlyPrice(shape, config);
  return shape?.price && usdPerHour !== undefined && usdPerHour > 0
    ? { price: { usdPerHour, asOf: shape.price.asOf } }
    : {};
}

/** Oracle takes old images away while instances of them still run. */
async function imageOf(
  cloud: Cloud,
  { imageId }: Instance,
  signal?: AbortSignal,
): Promise<Image | undefined> {
  if (imageId === undefined) return undefined;
  try {
    return await cloud.image(imageId, signal);
  } catch (error) {
    if (!isCloudError(error, 'notFound')) throw error;
    return undefined;
  }
}

function setupWayOf(text: string | undefined): SetupWay | null {
  return setupWays.find((way) => way === text) ?? null;
}
