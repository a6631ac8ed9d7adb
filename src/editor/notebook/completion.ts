import { CompletionItem, CompletionItemKind, languages, Range } from 'vscode';
import type { CompletionItemProvider, Disposable, NotebookDocument, TextDocument } from 'vscode';
import { workspace } from 'vscode';
import type { KernelSession } from '../../jupyter';
import type { Logger } from '../../ports/logger';

const kinds: Readonly<Record<string, CompletionItemKind>> = {
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  module: CompletionItemKind.Module,
  instance: CompletionItemKind.Variable,
  statement: CompletionItemKind.Variable,
  keyword: CompletionItemKind.Keyword,
  property: CompletionItemKind.Property,
  path: CompletionItemKind.File,
  magic: CompletionItemKind.Event,
  param: CompletionItemKind.Property,
};

/** Longer, and typing would feel stuck. */
const limitMs = 1500;

/** Completes Python cells with what their running kernel knows. Starts no kernel. */
export function registerCompletion(
  sessionOf: (notebook: NotebookDocument) => KernelSession | undefined,
  logger: Logger,
): Disposable {
  const provider: CompletionItemProvider = {
    async provideCompletionItems(document, position, token) {
      const notebook = notebookOf(document);
      const session = notebook && sessionOf(notebook);
      if (!session) return undefined;
      const cancelled = new AbortController();
      const listening = token.onCancellationRequested(() => {
        cancelled.abort();
      });
      try {
        const cursor = document.offsetAt(position);
        const { matches, from, to } = await session.complete(
          document.getText(),
          cursor,
          limitMs,
          cancelled.signal,
        );
        const range = new Range(document.positionAt(from), document.positionAt(to));
        return matches.map(({ text, type }) => {
          const item = new CompletionItem(text, kinds[type ?? ''] ?? CompletionItemKind.Text);
          item.range = range;
          return item;
        });
      } catch (error) {
        logger.debug('no completion', error);
        return undefined;
      } finally {
        listening.dispose();
      }
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
