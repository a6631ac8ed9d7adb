import type { Memento, Uri } from 'vscode';
import type { JupyterServer } from '../../jupyter';
import type { Clock } from '../../ports/clock';
import type { Disposable, Event } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';

/** Why an instance cannot run a cell now, and what to offer. */
export interface NotReady {
  readonly kind: 'notReady';
  /** In words a person understands: "trainer is paused." */
  readonly reason: string;
  /** Buttons, the most sensible first. */
  readonly actions: readonly NextAction[];
}

/** A button: a command with its arguments. */
export interface NextAction {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** An instance as a notebook sees it. */
export interface KernelTarget {
  /** Stable for the instance's life: the controller's id is made from it. */
  readonly id: string;
  /** The instance's name. */
  readonly label: string;
  /** Its shape and state. */
  readonly description: string;
  readonly detail: string;
  /** Its server, reached through the tunnel; must not start or pay for anything. */
  server(
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'server'; readonly server: JupyterServer } | NotReady>;
  /** Kernels have been started or ended there from here. */
  kernelsChanged(): void;
}

/** The instances that have, or will have, a Jupyter. `current` must be there at once, from the records. */
export interface KernelTargets {
  current(): readonly KernelTarget[];
  readonly onDidChange: Event<unknown>;
}

/** What the notebook surface needs. */
export interface NotebookKernelsDeps {
  /** `publisher.name` of this extension, for `notebook.selectKernel`. */
  readonly extensionId: string;
  readonly targets: KernelTargets;
  /** Keeps the ids that tie a notebook to its kernel: the workspace's, so that a reload finds them. */
  readonly memento: Memento;
  /** Keeps the folder that was chosen for sample notebooks. */
  readonly globalMemento: Memento;
  /** The folder of the packaged sample notebooks. */
  readonly samples: Uri;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The notebook surface. */
export interface NotebookKernels extends Disposable {
  /** Opens an editable copy of a sample (`num_gpu.ipynb`) with the target's kernel chosen. */
  openSample(targetId: string, file: string): Promise<void>;
  /** The instance whose kernel is chosen for this notebook; undefined when none of ours is. */
  instanceOf(place: NotebookPlace): string | undefined;
  /** The path of the session that an open notebook has, or would have, on the target's server. */
  sessionPathOf(targetId: string, place: NotebookPlace): string | undefined;
  restartKernel(targetId: string, choice: KernelChoice): Promise<void>;
  /** Ends it and frees its memory, also on the GPUs; the notebook's next cell starts a new one. */
  shutDownKernel(targetId: string, choice: KernelChoice): Promise<void>;
}

/** Where an open notebook is: the parts of its URI that tell notebooks apart. */
export interface NotebookPlace {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** A kernel, by the server's id or by its notebook. */
export type KernelChoice = { readonly kernelId: string } | { readonly notebook: NotebookPlace };
