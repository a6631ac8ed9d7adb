import { requireCompartment, requireDomain } from './answers';
import type { LaunchBody } from './bodies/compute';
import { hasCapacity } from './capacity';
import { imageFits, type ImageRecord } from './catalog/images';
import type { CatalogShape } from './catalog/shapes';
import {
  incorrectState,
  invalidParameter,
  limitExceeded,
  missingParameter,
  notFound,
  outOfHostCapacity,
} from './oci-error';
import type { Region } from './region';
import { amountOf, usedOf } from './usage';
import type { World } from './world';

/** A launch that passed every check. */
export interface CheckedLaunch {
  readonly domain: string;
  readonly shape: CatalogShape;
  readonly ocpus: number;
  readonly memoryInGBs: number;
  readonly image: ImageRecord;
  /** Set when it boots a kept disk. */
  readonly bootVolumeId?: string;
  readonly bootVolumeGb: number;
  readonly vpusPerGb: number;
  readonly subnetId: string;
  readonly hasPublicIp: boolean;
  readonly nsgIds: readonly string[];
}

/** OCI's limit on metadata, keys and values together, in bytes. */
const METADATA_BYTES = 32_000;

/** Refuses what OCI refuses, in its order: what is wrong, what is not there, limits, capacity. @throws OciRefusal */
export function checkLaunch(world: World, region: Region, body: LaunchBody): CheckedLaunch {
  requireCompartment(world, body.compartmentId);
  const domain = requireDomain(region, body.availabilityDomain);
  const shape = region.shapes.find((one) => one.name === body.shape);
  if (!shape) throw notFound('shape', body.shape ?? '');
  const size = Buffer.byteLength(JSON.stringify(body.metadata ?? {}));
  if (size > METADATA_BYTES) throw invalidParameter(`metadata is ${size} bytes, more than ${METADATA_BYTES}`);
  const source = checkSource(region, body, domain);
  if (!imageFits(source.image, shape)) {
    throw invalidParameter(`Shape ${shape.name} is not valid for image ${source.image.id}`);
  }
  const checked = { domain, shape, ...checkShapeConfig(shape, body), ...source, ...checkVnic(region, body) };
  checkLimit(world, region, checked);
  if (!hasCapacity(region, domain, shape.name)) throw outOfHostCapacity();
  return checked;
}

function checkShapeConfig(shape: CatalogShape, { shapeConfig }: LaunchBody) {
  const { flexible } = shape;
  if (!flexible) {
    if (shapeConfig) throw invalidParameter(`shapeConfig is not allowed for shape ${shape.name}`);
    return { ocpus: shape.ocpus, memoryInGBs: shape.memoryInGBs };
  }
  const ocpus = shapeConfig?.ocpus;
  if (ocpus === undefined) throw missingParameter('shapeConfig.ocpus');
  const memoryInGBs = shapeConfig?.memoryInGBs ?? ocpus * shape.memoryInGBs;
  if (ocpus < 1 || ocpus > flexible.maxOcpus)
    throw invalidParameter(`ocpus must be 1 to ${flexible.maxOcpus}`);
  if (memoryInGBs < ocpus || memoryInGBs > Math.min(64 * ocpus, flexible.maxMemoryInGBs)) {
    throw invalidParameter('memoryInGBs must be 1 to 64 for each OCPU');
  }
  return { ocpus, memoryInGBs };
}

function checkSource(region: Region, body: LaunchBody, domain: string) {
  const source = body.sourceDetails;
  if (source?.sourceType === 'bootVolume') return checkBootVolume(region, source.bootVolumeId, domain);
  const imageId = source?.imageId ?? body.imageId;
  if (imageId === undefined) throw missingParameter('sourceDetails.imageId');
  const image = region.images.referred(imageId);
  const { minimumGb } = image.catalog;
  const bootVolumeGb = source?.bootVolumeSizeInGBs ?? minimumGb;
  if (!Number.isInteger(bootVolumeGb) || bootVolumeGb < minimumGb || bootVolumeGb > 32_768) {
    throw invalidParameter(`bootVolumeSizeInGBs must be ${minimumGb} to 32768`);
  }
  return { image, bootVolumeGb, vpusPerGb: source?.bootVolumeVpusPerGB ?? 10 };
}

function checkBootVolume(region: Region, bootVolumeId: string, domain: string) {
  const volume = region.bootVolumes.referred(bootVolumeId);
  if (volume.lifecycleState !== 'AVAILABLE') {
    throw incorrectState(`Boot volume ${bootVolumeId} is ${volume.lifecycleState}`);
  }
  if (volume.availabilityDomain !== domain) {
    throw invalidParameter(
      `Boot volume ${bootVolumeId} is in availability domain ${volume.availabilityDomain}`,
    );
  }
  if (region.bootVolumeAttachments.all().some((one) => one.bootVolumeId === bootVolumeId)) {
    throw incorrectState(`Boot volume ${bootVolumeId} is attached to an instance`);
  }
  return {
    bootVolumeId,
    image: region.images.referred(volume.imageId ?? ''),
    bootVolumeGb: volume.sizeInGBs ?? 47,
    vpusPerGb: volume.vpusPerGB ?? 10,
  };
}

function checkVnic(region: Region, body: LaunchBody) {
  const vnic = body.createVnicDetails;
  const subnetId = vnic?.subnetId ?? body.subnetId;
  if (subnetId === undefined) throw missingParameter('createVnicDetails.subnetId');
  const subnet = region.subnets.referred(subnetId);
  const isPrivate = subnet.prohibitPublicIpOnVnic === true;
  if (isPrivate && vnic?.assignPublicIp === true) {
    throw invalidParameter(`assignPublicIp is not allowed: subnet ${subnetId} prohibits public addresses`);
  }
  const nsgIds = vnic?.nsgIds ?? [];
  for (const id of nsgIds) {
    if (region.securityGroups.referred(id).vcnId !== subnet.vcnId) {
      throw invalidParameter(`Network security group ${id} is in another VCN`);
    }
  }
  return { subnetId, nsgIds, hasPublicIp: vnic?.assignPublicIp ?? !isPrivate };
}

function checkLimit(world: World, region: Region, { shape, domain, ocpus }: CheckedLaunch): void {
  const limit = world.limits.find(({ name }) => name === shape.quota);
  if (limit && usedOf(limit, region, domain) + amountOf(shape, ocpus) > limit.value)
    throw limitExceeded(limit.name);
}
