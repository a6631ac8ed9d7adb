import type { LaunchPlan } from '../../instances/record';
import type { LaunchDraft } from './draft';
import type { LaunchWishes } from './wishes';

/** Turns a complete draft into the plan that is written down and launched; undefined while something is missing. */
export function launchPlan(
  draft: LaunchDraft,
  wishes: LaunchWishes,
  sshPublicKey: string,
): LaunchPlan | undefined {
  const profile = draft.profile?.value;
  const region = draft.region?.value;
  const compartment = draft.compartment?.value;
  const shape = draft.shape?.value;
  const image = draft.image?.value;
  const domains = domainsToTry(draft, wishes);
  const network = networkOf(draft, wishes);
  if (!profile || !region || !compartment || !shape || !image || !network || domains.length === 0)
    return undefined;
  return {
    profile: profile.name,
    region: region.id,
    compartmentId: compartment.id,
    compartmentName: compartment.name,
    shape: shape.name,
    ...(shape.isFlexible ? { shapeConfig: { ocpus: shape.ocpus, memoryInGBs: shape.memoryInGBs } } : {}),
    gpus: {
      count: shape.gpus.count,
      name: shape.gpus.name,
      ...(shape.gpus.memoryGBs === undefined ? {} : { memoryGb: shape.gpus.memoryGBs }),
    },
    ...(shape.price ? { price: shape.price } : {}),
    billedWhenStopped: shape.billedWhenStopped,
    image: {
      id: image.id,
      name: image.name,
      operatingSystem: image.operatingSystem,
      isPlatformImage: image.isPlatformImage,
      minBootVolumeGb: image.minBootVolumeGBs,
      loginUser: image.loginUser,
    },
    availabilityDomains: [...domains],
    network,
    bootVolumeSizeInGBs: draft.bootVolumeSizeInGBs,
    sshPublicKey,
    setupWay: draft.setupWay ?? null,
    extraPackages: wishes.extraPackages ?? [],
    ...(wishes.containerTag === undefined ? {} : { containerTag: wishes.containerTag }),
    name: draft.name,
  };
}

/** The wished domain alone, or the subnet's own; else all that offer the shape, those with room first. */
export function domainsToTry(
  { availability, availabilityDomains = [], subnets }: LaunchDraft,
  wishes: LaunchWishes,
): readonly string[] {
  const availabilityDomain = wishes.availabilityDomain ?? subnets?.value?.availabilityDomain;
  if (availabilityDomain !== undefined) return [availabilityDomain];
  const offering = availability?.domains ?? availabilityDomains;
  const room = new Set(availability?.domainsWithRoom ?? []);
  return [
    ...offering.filter((domain) => room.has(domain)),
    ...offering.filter((domain) => !room.has(domain)),
  ];
}

function networkOf(draft: LaunchDraft, wishes: LaunchWishes): LaunchPlan['network'] | undefined {
  const subnet = draft.subnets?.value;
  if (subnet) {
    const { id: subnetId, name: subnetName, isPublic } = subnet;
    if (isPublic) return { kind: 'subnet', subnetId, subnetName, isPublic };
    const { reachBy } = wishes;
    if (reachBy === undefined) return undefined;
    if (reachBy.kind === 'privateAddress') return { kind: 'subnet', subnetId, subnetName, isPublic };
    const { user, host, port } = reachBy;
    return { kind: 'subnet', subnetId, subnetName, isPublic, jump: { user, host, port } };
  }
  return wishes.allowSshFrom === undefined ? undefined : { kind: 'lab', allowSshFrom: wishes.allowSshFrom };
}
