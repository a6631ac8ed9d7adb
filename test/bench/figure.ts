/** One line of the results. */
export interface Figure {
  /** What was measured, in words; the line's key in docs/BENCHMARKS.md. */
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  /** What it is held against, measured in the same run. */
  readonly peer?: { readonly name: string; readonly value: number };
  /** What is wanted: a bound for `ratio` (ours by the peer's), or for `ours` where there is no peer. */
  readonly target?: Target;
}

/** `difference`: ours less the peer's, in the figure's unit. */
export type Target =
  | { readonly of: 'ratio' | 'ours' | 'difference'; readonly atMost: number }
  | { readonly of: 'ratio'; readonly atLeast: number };

/** A benchmark that `npm run bench -- name` runs alone. */
export interface Bench {
  readonly name: string;
  /** @param rounds how often each is measured; the median counts. */
  run(rounds: number): Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The value that the target is about; undefined when there is none. */
export function aimedAt({ ours, peer, target }: Figure): number | undefined {
  if (target?.of === 'ours') return ours;
  if (target === undefined || peer === undefined) return undefined;
  return target.of === 'ratio' ? ours / peer.value : ours - peer.value;
}

/** Whether the target is met; undefined when there is none. */
export function isMet(figure: Figure): boolean | undefined {
  const value = aimedAt(figure);
  if (value === undefined || figure.target === undefined) return undefined;
  return 'atMost' in figure.target ? value <= figure.target.atMost : value >= figure.target.atLeast;
}
