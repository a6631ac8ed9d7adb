/** The cloud room's own words for what OCI has. The SDK's types stay inside this room. */

/** A region that the tenancy is subscribed to. */
export interface Region {
  /** Such as `eu-frankfurt-1`. */
  readonly id: string;
  readonly isHome: boolean;
}

export interface Compartment {
  readonly id: string;
  readonly name: string;
  /** Names from the root down, joined by ` / `; the root's own name for the root. */
  readonly path: string;
  readonly isRoot: boolean;
}

/** Such as `Uocm:PHX-AD-1`. */
export interface AvailabilityDomain {
  readonly name: string;
}

export type GpuArchitecture =
  'pascal' | 'volta' | 'turing' | 'ampere' | 'ada' | 'hopper' | 'blackwell' | 'amd' | 'unknown';

/** Fewest and most of something that a flexible shape may be given. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A shape as ListShapes has it, with what `resources/shapes.json` knows laid beneath. */
export interface Shape {
  readonly name: string;
  readonly cpu: 'x86' | 'arm';
  readonly isBareMetal: boolean;
  readonly ocpus: number;
  readonly memoryGb: number;
  /** 0 for a CPU shape. */
  readonly gpus: number;
  /** Such as `NVIDIA® A10`; absent for a CPU shape. */
  readonly gpuDescription?: string;
  readonly gpuArchitecture?: GpuArchitecture;
  /** Of one GPU. */
  readonly gpuMemoryGb?: number;
  /** What a flexible shape may be given; absent for a fixed one. */
  readonly flexible?: { readonly ocpus: Range; readonly memoryGb: Range; readonly memoryPerOcpuGb: number };
  /** True: stopping the instance does not stop its bill. */
  readonly isBilledForStopped: boolean;
  /** Names of the service limits that it counts against. */
  readonly quotaNames: readonly string[];
  /** The domains whose ListShapes names it. */
  readonly availabilityDomains: readonly string[];
  /** By list price (USD, pay as you go); absent when nobody knows. */
  readonly price?: ShapePrice;
  readonly canBePreemptible: boolean;
}

/** What a shape costs by Oracle's list. */
export interface ShapePrice {
  /** Of a flexible shape: as ListShapes describes it; `hourlyPrice` has the price of what it is given. */
  readonly usdPerHour: number;
  readonly usdPerOcpuHour?: number;
  readonly usdPerGbHour?: number;
  /** The day on which the price was read, `YYYY-MM-DD`. */
  readonly asOf: string;
}

/** What a flexible shape is given. */
export interface ShapeConfig {
  readonly ocpus: number;
  readonly memoryInGBs: number;
}

export type ImageFamily = 'oracleLinux7' | 'oracleLinux8' | 'oracleLinux9' | 'ubuntu' | 'debian' | 'other';

export interface Image {
  readonly id: string;
  readonly name: string;
  readonly family: ImageFamily;
  readonly operatingSystem: string;
  readonly operatingSystemVersion: string;
  /** An Oracle Linux image with NVIDIA's driver inside (`Gen2-GPU`). */
  readonly hasGpuDriver: boolean;
  /** Oracle's own, not one of the tenancy's. */
  readonly isPlatformImage: boolean;
  /** The smallest boot volume that it fits on. */
  readonly minBootVolumeGb: number;
  /** The user that cloud-init gives the SSH key to. */
  readonly loginUser: string;
  /** The image of the tutorial, Oracle-Linux-7.9-Gen2-GPU-2022.05.31-0. */
  readonly isTutorialImage: boolean;
  /** ISO 8601. */
  readonly timeCreated: string;
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly vcnId: string;
  /** Empty when the network lies in another compartment. */
  readonly vcnName: string;
  readonly cidr: string;
  /** Instances in it may have a public address. */
  readonly isPublic: boolean;
  /** Only for a subnet of one domain; absent for a regional one. */
  readonly availabilityDomain?: string;
}

/** The network that this extension makes once in a compartment. */
export interface LabNetwork {
  readonly vcnId: string;
  readonly subnetId: string;
  /** Opens port 22 to chosen addresses; see `allowSshFrom`. */
  readonly networkSecurityGroupId: string;
}

export type LifecycleState =
  | 'MOVING'
  | 'PROVISIONING'
  | 'RUNNING'
  | 'STARTING'
  | 'STOPPING'
  | 'STOPPED'
  | 'CREATING_IMAGE'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'UNKNOWN';

export interface Instance {
  readonly id: string;
  readonly name: string;
  readonly lifecycleState: LifecycleState;
  readonly shape: string;
  readonly ocpus?: number;
  readonly memoryGb?: number;
  readonly gpus: number;
  readonly availabilityDomain: string;
  readonly region: string;
  readonly compartmentId: string;
  readonly imageId?: string;
  /** ISO 8601. */
  readonly timeCreated: string;
  readonly freeformTags: Readonly<Record<string, string>>;
}

/** Addresses of an instance's primary VNIC. */
export interface Addresses {
  readonly privateIp?: string;
  readonly publicIp?: string;
  readonly subnetId?: string;
  /** Groups whose rules let in what reaches the VNIC. */
  readonly networkSecurityGroupIds?: readonly string[];
}

/** Whether the tenancy's limits leave room for one more instance of a shape. */
export type LimitState =
  | {
      readonly kind: 'enough';
      readonly available: number;
      readonly needed: number;
      readonly limitName: string;
    }
  /** `available` of what `needed` asks for are left. */
  | {
      readonly kind: 'tooLow';
      readonly available: number;
      readonly needed: number;
      readonly limitName: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What the capacity report says. A hint: it orders tries and never forbids one. */
export interface Capacity {
  readonly shape: string;
  readonly availabilityDomain: string;
  readonly status: 'available' | 'outOfCapacity' | 'notSupported' | 'unknown';
  readonly availableCount?: number;
}

/** What an instance boots from. */
export type LaunchSource =
  | {
      readonly kind: 'image';
      readonly image: Pick<Image, 'id' | 'isPlatformImage' | 'operatingSystem' | 'minBootVolumeGb'>;
      readonly bootVolumeSizeInGBs: number;
    }
  /** A kept disk; it must lie in the same availability domain. */
  | { readonly kind: 'bootVolume'; readonly bootVolumeId: string };

/** One try of a launch, in one availability domain. */
export interface LaunchRequest {
  readonly compartmentId: string;
  readonly availabilityDomain: string;
  readonly name: string;
  readonly shape: string;
  /** For flexible shapes, and only for them. */
  readonly shapeConfig?: ShapeConfig | undefined;
  readonly source: LaunchSource;
  readonly subnetId: string;
  readonly assignPublicIp: boolean;
  readonly networkSecurityGroupIds: readonly string[];
  /** One line in OpenSSH's form. Cannot be changed after the launch. */
  readonly sshPublicKey: string;
  /** A cloud-init document in plain text; encoded here. */
  readonly userData?: string | undefined;
  readonly isPreemptible?: boolean;
  readonly freeformTags: Readonly<Record<string, string>>;
}

/** What came of one try. Anything else is thrown as a CloudError. */
export type LaunchOutcome =
  | { readonly kind: 'launched'; readonly instance: Instance; readonly workRequestId?: string }
  | { readonly kind: 'outOfCapacity'; readonly message: string }
  | { readonly kind: 'limitExceeded'; readonly message: string; readonly nextAction: string }
  | { readonly kind: 'quotaExceeded'; readonly message: string; readonly nextAction: string }
  /** The domain does not have this shape. */
  | { readonly kind: 'notOffered'; readonly message: string };

/** How far a launch has come, by its work request. */
export type LaunchProgress =
  | { readonly kind: 'running'; readonly percent: number }
  | { readonly kind: 'succeeded' }
  /** `outOfCapacity`: no room after all, although the call was accepted. */
  | { readonly kind: 'failed'; readonly message: string; readonly outOfCapacity: boolean };

export interface BootVolume {
  readonly id: string;
  readonly name: string;
  readonly sizeGb: number;
  readonly availabilityDomain: string;
  readonly compartmentId: string;
  readonly imageId?: string;
  readonly freeformTags: Readonly<Record<string, string>>;
  readonly timeCreated: string;
}

/** Host keys as cloud-init printed them on the console. */
export type ConsoleFingerprints =
  | { readonly kind: 'complete'; readonly keys: readonly ConsoleHostKey[] }
  /** The END line has not come yet: capture again. */
  | { readonly kind: 'incomplete'; readonly keys: readonly ConsoleHostKey[] };

export interface ConsoleHostKey {
  /** SSH's name, such as `ssh-ed25519`. */
  readonly algorithm: string;
  /** `SHA256:` and unpadded base64, as OpenSSH shows it. */
  readonly fingerprint: string;
}

/** True once the instance can never run again. */
export function isGone(state: LifecycleState): boolean {
  return state === 'TERMINATING' || state === 'TERMINATED';
}
