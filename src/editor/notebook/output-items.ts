import { NotebookCellOutput, NotebookCellOutputItem } from 'vscode';
import type { MimeBundle, NotebookOutput } from '../../jupyter';

/** An output of the notebook format as the editor shows it; the built-in serializer writes it back the same. */
export function toCellOutput(output: NotebookOutput): NotebookCellOutput {
  return new NotebookCellOutput(toItems(output), metadataOf(output));
}

/** The representations of an output. */
export function toItems(output: NotebookOutput): NotebookCellOutputItem[] {
  switch (output.output_type) {
    case 'stream':
      return [streamItem(output.name, output.text)];
    case 'error':
      return [
        NotebookCellOutputItem.error({
          name: output.ename,
          message: output.evalue,
          stack: output.traceback.join('\n'),
        }),
      ];
    case 'display_data':
    case 'execute_result':
      return bundleItems(output.data);
  }
}

/** Text of a stream, to show or to add. */
export function streamItem(name: 'stdout' | 'stderr', text: string): NotebookCellOutputItem {
  return name === 'stdout' ? NotebookCellOutputItem.stdout(text) : NotebookCellOutputItem.stderr(text);
}

/** What the built-in serializer of `.ipynb` reads back when the notebook is saved. */
function metadataOf(output: NotebookOutput): Record<string, unknown> {
  switch (output.output_type) {
    case 'stream':
      return { outputType: 'stream' };
    case 'error':
      return { outputType: 'error', originalError: output };
    case 'display_data':
      return { outputType: 'display_data', metadata: output.metadata };
    case 'execute_result':
      return {
        outputType: 'execute_result',
        executionCount: output.execution_count,
        metadata: output.metadata,
      };
  }
}

/** Richest first: the editor shows the first that it can. */
const order = [
  'text/html',
  'image/svg+xml',
  'image/png',
  'image/jpeg',
  'image/gif',
  'text/markdown',
  'text/latex',
];

function bundleItems(data: MimeBundle): NotebookCellOutputItem[] {
  const rank = (mime: string) => {
    const at = order.indexOf(mime);
    if (at >= 0) return at;
    return mime === 'text/plain' ? order.length + 1 : order.length;
  };
  const mimes = Object.keys(data).sort((a, b) => rank(a) - rank(b));
  return mimes.flatMap((mime) => itemsOf(mime, data[mime]));
}

function itemsOf(mime: string, value: unknown): NotebookCellOutputItem[] {
  if (isJson(mime)) {
    const item = NotebookCellOutputItem.json(value, mime);
    // The built-in renderers show text/x-json, not application/json.
    return mime === 'application/json' ? [NotebookCellOutputItem.json(value, 'text/x-json'), item] : [item];
  }
  const text = Array.isArray(value)
    ? value.join('')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
  if (mime.startsWith('image/') && mime !== 'image/svg+xml') {
    return [new NotebookCellOutputItem(Buffer.from(text, 'base64'), mime)];
  }
  return [NotebookCellOutputItem.text(text, mime)];
}

function isJson(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}
