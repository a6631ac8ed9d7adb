import type { StateIcon } from '../words/phase-words';
import type { CommandId } from '../commands/commands';

/** What a row of the tree stands for; `id` is always the record's. */
export type Node =
  | { readonly kind: 'instance'; readonly id: string }
  | { readonly kind: 'problem'; readonly id: string }
  | { readonly kind: 'setup'; readonly id: string }
  | { readonly kind: 'gpus'; readonly id: string }
  | { readonly kind: 'tunnel'; readonly id: string }
  | { readonly kind: 'kernels'; readonly id: string }
  | { readonly kind: 'kernel'; readonly id: string; readonly kernelId: string }
  | { readonly kind: 'notebooks'; readonly id: string }
  | { readonly kind: 'notebook'; readonly id: string; readonly file: string };

/** A row, without any of the editor's types, so that what people read can be tested as text. */
export interface Row {
  /** Stable, so that the editor keeps selection and expansion. */
  readonly key: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: StateIcon;
  readonly expansion: 'none' | 'collapsed' | 'expanded';
  /** Dotted tags: the kind of row, then the verbs of the commands that fit. */
  readonly contextValue: string;
  /** Markdown. */
  readonly tooltip?: string;
  /** For screen readers: the same in words. */
  readonly accessibleWords: string;
  /** Runs when the row is clicked, with the node as argument: only for rows that are documents. */
  readonly opens?: CommandId;
}
