import { aimedAt, isMet, type Figure } from './figure';

/** A figure with what it was measured under. */
export interface Result extends Figure {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly rounds: number;
  /** The machine's load average when the measurement began; more than its cores means that others worked on it. */
  readonly load: number;
}

const begin = '<!-- results: written by npm run bench -->';
const end = '<!-- end of results -->';
const head = ['what', 'ours', 'held against', 'ratio', 'wanted', 'met', 'measured'];

/** The results as a Markdown table, one row a figure. */
export function resultsTable(results: readonly Result[]): string {
  return [row(head), row(head.map(() => '---')), ...results.map(resultRow)].join('\n');
}

/**
 * Puts results between the document's markers; rows of figures that were not measured now stay as they are.
 * @throws Error when the document has no markers.
 */
export function withResults(document: string, results: readonly Result[]): string {
  const [before, rest] = split(document, begin);
  const [old, after] = split(rest, end);
  const rows = new Map<string, string>();
  for (const line of old.split('\n').filter(isRow)) rows.set(nameOf(line), line);
  for (const result of results) rows.set(result.name, resultRow(result));
  const table = [row(head), row(head.map(() => '---')), ...rows.values()].join('\n');
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

function resultRow(result: Result): string {
  const { name, unit, ours, peer, target, day, rounds, load } = result;
  const met = isMet(result);
  return row([
    name,
    `${number(ours)} ${unit}`,
    peer ? `${number(peer.value)} ${unit} (${peer.name})` : '',
    peer ? (ours / peer.value).toFixed(2) : '',
    target ? `${words[target.of]} ${'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`}` : '',
    met === undefined
      ? ''
      : met
        ? 'yes'
        : `no${target?.of === 'difference' ? ` (${number(aimedAt(result) ?? 0)})` : ''}`,
    `${day}, ${rounds} rounds, load ${load.toFixed(1)}`,
  ]);
}

const words = { ratio: 'ratio', ours: 'ours', difference: 'ours − theirs' };

/** Three digits that count. */
function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const nameOf = (line: string): string => line.split('|')[1]?.trim() ?? '';
const isRow = (line: string): boolean =>
  line.startsWith('|') && nameOf(line) !== head[0] && !/^-+$/.test(nameOf(line));

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`The results' document lacks the line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
