import { workspace } from 'vscode';
import type { NotebookDocument } from 'vscode';
import type { NotebookPlace } from './types';

/** The open notebook at this place. */
export function notebookAt({ scheme, authority, path }: NotebookPlace): NotebookDocument | undefined {
  return workspace.notebookDocuments.find(
    ({ uri }) => uri.scheme === scheme && uri.authority === authority && uri.path === path,
  );
}
