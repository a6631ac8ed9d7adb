import type { Cloud } from '../cloud/cloud';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { SecretStore } from '../ports/secrets';
import type { Questions } from './lab';

/** What the whole journey needs from outside. */
export interface LabDeps {
  /** Records, leases and set-up logs; shared by all windows. */
  readonly storageDir: string;
  /** Folder of the scripts and notebooks. */
  readonly resourcesDir: string;
  readonly secrets: SecretStore;
  readonly questions: Questions;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The cloud of a profile and region, by the settings of the moment. */
  cloudOf(profile: string, region: string): Promise<Cloud>;
  /** Where refresh looks even when no record names a place; undefined where there is no access. */
  currentPlace(): Promise<{ readonly profile: string; readonly region: string } | undefined>;
}
