import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { SecretStore } from '../ports/secrets';
import type { PackageMirrors } from '../setup/types';
import type { Clouds } from './clouds';
import type { Questions } from './lab';

/** What the whole journey needs from outside. */
export interface LabDeps {
  /** Records, leases and set-up logs; shared by all windows. */
  readonly storageDir: string;
  /** Folder of the scripts and notebooks. */
  readonly resourcesDir: string;
  /** Where the person's own SSH keys are: `~/.ssh`. */
  readonly sshDir: string;
  readonly secrets: SecretStore;
  readonly questions: Questions;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly clouds: Clouds;
  /** The sandbox's setting `ociGpu.sandbox.cpuPackages`, read at each set-up. */
  readonly cpuPackages: () => boolean;
  /** The settings `ociGpu.dockerRepository` and `ociGpu.nvidiaRepository`, read at each set-up. */
  readonly packageMirrors: () => PackageMirrors;
}
