import * as v from 'valibot';

/** What a code cell shows after its run, as the notebook format has it. */
const shownCell = v.object({
  execution_count: v.nullable(v.number()),
  outputs: v.array(v.record(v.string(), v.unknown())),
});
export const shownCells = v.array(shownCell);
export type ShownCell = v.InferOutput<typeof shownCell>;

/**
 * The cells without what two runs cannot share: memory addresses, process ids in file names, moments.
 * The kernel sends the two streams by timers of their own, so how they mix is left to chance: each
 * stream of a cell is one text, stdout first.
 */
export function comparable(cells: readonly ShownCell[]): unknown {
  return cells.map(({ execution_count: count, outputs }) => ({
    count,
    streams: ['stdout', 'stderr'].map((name) => withoutChance(streamText(outputs, name))),
    others: outputs.filter(({ output_type: type }) => type !== 'stream').map(withoutChance),
  }));
}

function streamText(outputs: ShownCell['outputs'], name: string): string {
  return outputs
    .filter((output) => output['output_type'] === 'stream' && output['name'] === name)
    .map(({ text }) => text)
    .join('');
}

const chance: readonly (readonly [RegExp, string])[] = [
  [/0x[0-9a-f]{6,}/g, '0x…'],
  [/ipykernel_\d+[/\\]\d+\.py/g, 'ipykernel.py'],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+Z?)?/g, 'a moment'],
  [/Last executed: \d{4}-\d\d-\d\d, [\d:]+/g, 'a moment'],
  [/datetime\.datetime\([\d, ]+\)/g, 'a moment'],
  [/^\d{10}\.\d+$/gm, 'a moment'],
];

function withoutChance(value: unknown): unknown {
  if (typeof value === 'string') {
    return chance.reduce((text, [pattern, word]) => text.replace(pattern, word), value);
  }
  if (Array.isArray(value)) return value.map(withoutChance);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutChance(inner)]));
}
