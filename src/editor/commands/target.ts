import * as v from 'valibot';
import type { NotebookPlace } from '../notebook/types';

const notebookTarget = v.object({
  notebookEditor: v.object({
    notebookUri: v.object({ scheme: v.string(), authority: v.optional(v.string(), ''), path: v.string() }),
  }),
});

/** Commands are called with a tree node, with a bare id (status bar, links), or with nothing (palette). */
export function idIn(target: unknown): string | undefined {
  return typeof target === 'string' ? target : fieldOf(target, 'id');
}

/** The notebook in whose toolbar a command was pressed. */
export function notebookIn(target: unknown): NotebookPlace | undefined {
  const parsed = v.safeParse(notebookTarget, target);
  return parsed.success ? parsed.output.notebookEditor.notebookUri : undefined;
}

/** Rows of the tree carry what they stand for. */
export function fieldOf(target: unknown, name: 'id' | 'file' | 'kernelId'): string | undefined {
  if (typeof target !== 'object' || target === null || !(name in target)) return undefined;
  const value: unknown = Object.entries(target).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
