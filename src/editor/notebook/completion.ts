import { languages, workspace } from 'vscode';
import type { CompletionItemProvider, Disposable, NotebookDocument, TextDocument } from 'vscode';
import type { KernelSession } from '../../jupyter';
import type { Logger } from '../../ports/logger';

/** Completes Python cells with what their running kernel knows. Starts no kernel; its code is loaded when one runs. */
export function registerCompletion(
  sessionOf: (notebook: NotebookDocument) => KernelSession | undefined,
  logger: Logger,
): Disposable {
  const provider: CompletionItemProvider = {
    async provideCompletionItems(document, position, token) {
      const notebook = notebookOf(document);
      const session = notebook && sessionOf(notebook);
      if (!session) return undefined;
      const { completeCell } = await import('./complete-cell');
      return await completeCell(session, document, position, token, logger);
    },
  };
  return languages.registerCompletionItemProvider(
    { language: 'python', notebookType: 'jupyter-notebook' },
    provider,
    '.',
    '%',
  );
}

function notebookOf(document: TextDocument): NotebookDocument | undefined {
  return workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
}
