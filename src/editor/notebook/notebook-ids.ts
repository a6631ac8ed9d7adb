import { randomUUID } from 'node:crypto';
import { basename } from 'node:path/posix';
import type { Memento, NotebookDocument } from 'vscode';
import * as v from 'valibot';

/** What is remembered of a notebook on one instance. */
export interface NotebookIds {
  /** `session_id` of the kernel's channels. */
  readonly clientId: string;
  /** The cell that ran when this was written: its place and the message id of its request. */
  readonly running?: { readonly cell: number; readonly messageId: string } | undefined;
}

const schema = v.object({
  clientId: v.string(),
  running: v.optional(v.object({ cell: v.number(), messageId: v.string() })),
});

/** The ids that tie notebooks to kernels, kept across reloads. */
export interface NotebookIdStore {
  /** Made on first use. */
  of(targetId: string, notebook: NotebookDocument): NotebookIds;
  /** Notes which cell runs, or that none does. */
  noteRunning(targetId: string, notebook: NotebookDocument, running: NotebookIds['running']): Promise<void>;
}

export function createNotebookIdStore(memento: Memento): NotebookIdStore {
  const keyOf = (targetId: string, notebook: NotebookDocument) =>
    `ociGpu.notebook:${targetId}:${notebook.uri.toString()}`;
  const of: NotebookIdStore['of'] = (targetId, notebook) => {
    const key = keyOf(targetId, notebook);
    const kept = v.safeParse(schema, memento.get(key));
    if (kept.success) return kept.output;
    const made = { clientId: randomUUID() };
    // Not waited for: the value is there for the next `get` at once.
    void memento.update(key, made);
    return made;
  };
  return {
    of,
    async noteRunning(targetId, notebook, running) {
      const { clientId } = of(targetId, notebook);
      await memento.update(keyOf(targetId, notebook), running ? { clientId, running } : { clientId });
    },
  };
}

/**
 * The path of the notebook's session on the server. It is not the notebook's own name, because Lab's
 * session for the server's copy has that one, and two clients of a kernel lose each other's output.
 */
export function sessionPath(notebook: NotebookDocument, { clientId }: NotebookIds): string {
  return `${basename(notebook.uri.path, '.ipynb')}-${clientId.slice(0, 8)}.ipynb`;
}

/** What people call it, in lists of kernels. */
export function notebookName(notebook: NotebookDocument): string {
  return basename(notebook.uri.path);
}
