import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { Memento } from 'vscode';
import type { LaunchCatalog, Place } from '../launch/catalog';
import type { NotebookKernels } from '../notebook';
import type { AccessCheck, CloudInstance, SignIn } from '../access/cloud-access';

/** What the notebook surface does for the commands. */
export type NotebookActions = Omit<NotebookKernels, 'dispose'>;

/** Everything that the commands' handlers may use. */
export interface CommandContext {
  readonly lab: Lab;
  readonly clock: Clock;
  readonly log: Logger & { show(): void };
  /** Where the last launch is remembered. */
  readonly memory: Memento;
  readonly notebooks: NotebookActions;
  /** What can be launched, and where; read anew for each wizard. @param life ends all reads */
  readonly openCatalog: (life: AbortSignal) => Promise<LaunchCatalog>;
  readonly listInstances: (place: Place, signal: AbortSignal) => Promise<readonly CloudInstance[]>;
  readonly checkAccess: () => Promise<AccessCheck>;
  /** Reads the cloud into the view. @throws what the cloud said */
  readonly readCloud: () => Promise<void>;
  /** How a new session is begun. @param profile when not given, one that was found to be signed out, else the one in use */
  readonly signInOf: (profile: string | undefined) => Promise<SignIn>;
  /** The kept NGC API key, else asked for; false when the person gives none. */
  readonly haveNgcKey: () => Promise<boolean>;
  readonly showSetupLog: (instanceId: string) => Promise<void>;
  readonly openShell: (instanceId: string) => Promise<void>;
  /** Shows a launch or setup as a notification until it has ended. */
  readonly showProgress: (instanceId: string) => void;
}
