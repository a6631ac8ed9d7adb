import * as v from 'valibot';
import table from '../../resources/shapes.json';
import type { GpuArchitecture, ShapePrice } from './types';

const architectures = ['pascal', 'volta', 'turing', 'ampere', 'ada', 'hopper', 'blackwell', 'amd'] as const;

const factsSchema = v.object({
  asOf: v.pipe(v.string(), v.isoDate()),
  sources: v.array(v.string()),
  gpus: v.record(
    v.string(),
    v.object({ name: v.string(), memoryGb: v.number(), architecture: v.picklist(architectures) }),
  ),
  shapes: v.array(
    v.object({
      name: v.string(),
      gpu: v.optional(v.string()),
      gpus: v.number(),
      usdPerHour: v.optional(v.number()),
      usdPerOcpuHour: v.optional(v.number()),
      usdPerGbHour: v.optional(v.number()),
      billedWhenStopped: v.boolean(),
      preemptible: v.boolean(),
    }),
  ),
});

/** A fixed shape's price, or a flexible one's two. */
export type ListPrice =
  | (Omit<ShapePrice, 'usdPerOcpuHour' | 'usdPerGbHour'> & { readonly kind: 'fixed' })
  | (Required<Omit<ShapePrice, 'usdPerHour'>> & { readonly kind: 'flexible' });

/** What the table knows about a shape. */
export interface ShapeFacts {
  readonly gpu?: { readonly name: string; readonly memoryGb: number; readonly architecture: GpuArchitecture };
  readonly price?: ListPrice;
  readonly billedWhenStopped: boolean;
  readonly preemptible: boolean;
}

const parsed = v.parse(factsSchema, table);
const byName = new Map(parsed.shapes.map((row) => [row.name, row]));

/** The table's row for a shape; live ListShapes answers always win over it. */
export function factsOf(shape: string): ShapeFacts | undefined {
  const row = byName.get(shape);
  if (row === undefined) return undefined;
  const gpu = row.gpu === undefined ? undefined : parsed.gpus[row.gpu];
  const price = priceOf(row);
  return {
    billedWhenStopped: row.billedWhenStopped,
    preemptible: row.preemptible,
    ...(gpu === undefined ? {} : { gpu }),
    ...(price === undefined ? {} : { price }),
  };
}

function priceOf({
  usdPerHour,
  usdPerOcpuHour,
  usdPerGbHour,
}: (typeof parsed.shapes)[number]): ListPrice | undefined {
  const { asOf } = parsed;
  if (usdPerHour !== undefined) return { kind: 'fixed', usdPerHour, asOf };
  if (usdPerOcpuHour === undefined || usdPerGbHour === undefined) return undefined;
  return { kind: 'flexible', usdPerOcpuHour, usdPerGbHour, asOf };
}

/** GPU models by what their names hold, for shapes that the table does not have. */
const architectureByName: readonly (readonly [RegExp, GpuArchitecture])[] = [
  [/\bMI\d|AMD|Instinct/i, 'amd'],
  [/P100/i, 'pascal'],
  [/V100/i, 'volta'],
  [/\bT4\b/i, 'turing'],
  [/\b(GB|B)[23]00|RTX\W*PRO|Blackwell/i, 'blackwell'],
  [/H100|H200|GH200/i, 'hopper'],
  [/L40|L4\b/i, 'ada'],
  [/A100|A10\b|A30|A40/i, 'ampere'],
];

/** Guesses a GPU's architecture from what ListShapes calls it. */
export function architectureFrom(gpuDescription: string): GpuArchitecture {
  return architectureByName.find(([pattern]) => pattern.test(gpuDescription))?.[1] ?? 'unknown';
}
