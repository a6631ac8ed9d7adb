import type { SetupWay } from '../../ports/setup-way';
import type { ReadFailure } from '../access/read-failure';
import type {
  Availability,
  CompartmentOption,
  ImageOption,
  ProfileOption,
  RegionOption,
  ShapeOption,
  SubnetOption,
} from './catalog';

/** One choice of the summary: what can be chosen, and what is. */
export interface Choice<T> {
  readonly options: readonly T[];
  readonly value?: T;
  /** Why there is nothing to choose from, as a sentence. */
  readonly problem?: string;
  /** When it could not be read: what the next step is. */
  readonly failure?: ReadFailure;
}

/** The launch as far as it is known; a part is absent while it is being read. */
export interface LaunchDraft {
  readonly profile?: Choice<ProfileOption>;
  readonly region?: Choice<RegionOption>;
  readonly compartment?: Choice<CompartmentOption>;
  readonly availabilityDomains?: readonly string[];
  readonly shape?: Choice<ShapeOption>;
  readonly availability?: Availability;
  readonly image?: Choice<ImageOption>;
  readonly subnets?: Choice<SubnetOption>;
  readonly setupWay?: SetupWay | null;
  readonly bootVolumeSizeInGBs: number;
  readonly name: string;
}
