import { CompletionItem, CompletionItemKind, Range } from 'vscode';
import type { CancellationToken, Position, TextDocument } from 'vscode';
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

/** What the cell's kernel knows to go on with at this place; undefined when it cannot say in time. */
export async function completeCell(
  session: KernelSession,
  document: TextDocument,
  position: Position,
  token: CancellationToken,
  logger: Logger,
): Promise<CompletionItem[] | undefined> {
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
}
