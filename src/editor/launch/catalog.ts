import type { SetupWay } from '../../ports/setup-way';

/** A place to launch in. */
export interface Place {
  readonly profile: string;
  readonly region: string;
  readonly compartmentId: string;
}

export interface ProfileOption {
  readonly name: string;
  /** The region named in the profile. */
  readonly region: string;
  /** Why it cannot be used, as a sentence; absent when it can. */
  readonly problem?: string;
  /** What is odd about it, but no reason to refuse. */
  readonly warning?: string;
}

export interface RegionOption {
  /** For example `eu-frankfurt-1`. */
  readonly id: string;
  /** For people: `Germany Central (Frankfurt)`; the id where nobody knows better. */
  readonly name: string;
  readonly isHome: boolean;
}

export interface CompartmentOption {
  readonly id: string;
  readonly name: string;
  /** Names from the root down: `root / research / gpu`. */
  readonly path: string;
}

/** Whether and how a setup way works on a shape with an image. */
export type WayFit =
  { readonly fits: true; readonly caution?: string } | { readonly fits: false; readonly reason: string };

export interface ShapeOption {
  readonly name: string;
  readonly kind: 'vm' | 'bareMetal' | 'cpu';
  readonly gpus: { readonly count: number; readonly name: string; readonly memoryGBs?: number };
  readonly ocpus: number;
  readonly memoryInGBs: number;
  /** Its OCPUs and memory are chosen at launch. */
  readonly isFlexible: boolean;
  /** USD an hour, by list price. */
  readonly price?: { readonly usdPerHour: number; readonly asOf: string };
  readonly billedWhenStopped: boolean;
  /** Nothing that this extension sets up runs on it: the reason, as a sentence. */
  readonly unusable?: string;
}

/** What can be had of a shape now. Each part is absent while, or where, it is not known. */
export interface Availability {
  /** How many more instances the service limit allows, by availability domain; one that is missing leaves hope. */
  readonly left?: ReadonlyMap<string, number>;
  /** Domains that have room now; a report, no promise. */
  readonly domainsWithRoom?: readonly string[];
  /** Domains that offer the shape at all. */
  readonly domains: readonly string[];
}

export interface ImageOption {
  readonly id: string;
  readonly name: string;
  /** For example `Oracle Linux 8`. */
  readonly operatingSystem: string;
  readonly isPlatformImage: boolean;
  readonly loginUser: string;
  /** `YYYY-MM-DD` */
  readonly createdOn: string;
  readonly isTutorialImage: boolean;
  readonly ways: { readonly [way in SetupWay]?: WayFit };
  readonly minBootVolumeGBs: number;
}

export interface SubnetOption {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  readonly isPublic: boolean;
  /** Only for a subnet of one domain. */
  readonly availabilityDomain?: string;
}

/** What the launch summary needs to know about the cloud. Every question can be given up by its signal. */
export interface LaunchCatalog {
  profiles(signal: AbortSignal): Promise<readonly ProfileOption[]>;
  regions(profile: string, signal: AbortSignal): Promise<readonly RegionOption[]>;
  compartments(profile: string, signal: AbortSignal): Promise<readonly CompartmentOption[]>;
  availabilityDomains(place: Place, signal: AbortSignal): Promise<readonly string[]>;
  /** CPU shapes too: whether they are shown is the summary's business. */
  shapes(place: Place, signal: AbortSignal): Promise<readonly ShapeOption[]>;
  availability(place: Place, shape: ShapeOption, signal: AbortSignal): Promise<Availability>;
  /** Those that fit the shape, the recommended first. */
  images(place: Place, shape: ShapeOption, signal: AbortSignal): Promise<readonly ImageOption[]>;
  subnets(place: Place, signal: AbortSignal): Promise<readonly SubnetOption[]>;
}
