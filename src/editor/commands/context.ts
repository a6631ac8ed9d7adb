import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { SecretStore } from '../../ports/secrets';
import type { Memento, Uri } from 'vscode';
import type { CloudAccess } from '../cloud-access';

/** What the notebook surface does for the commands. */
export interface NotebookActions {
  /** Opens an editable local copy with the instance's kernel chosen. @param file such as `num_gpu.ipynb` */
  openSample(instanceId: string, file: string): Promise<void>;
  /** @param kernelId the server's id of the kernel */
  restartKernel(instanceId: string, kernelId: string): Promise<void>;
}

/** Everything that the commands' handlers may use. */
export interface CommandContext {
  readonly lab: Lab;
  readonly clock: Clock;
  readonly secrets: SecretStore;
  readonly log: Logger & { show(): void };
  /** Where the last launch is remembered. */
  readonly memory: Memento;
  readonly extensionUri: Uri;
  readonly notebooks: NotebookActions;
  /** The cloud as the wizard needs it; loads the SDK on first use. */
  readonly cloud: () => Promise<CloudAccess>;
  readonly showSetupLog: (instanceId: string) => void;
  readonly openShell: (instanceId: string) => void;
  /** Shows a launch or setup as a notification until it has ended. */
  readonly showProgress: (instanceId: string) => void;
}
