import * as v from 'valibot';
import type { KernelRequests } from './kernel-requests';

/** Where a completion goes: offsets in UTF-16 code units, as editors count. */
export interface Completion {
  readonly matches: readonly { readonly text: string; readonly type?: string | undefined }[];
  readonly from: number;
  readonly to: number;
}

const completeReply = v.looseObject({
  matches: v.array(v.string()),
  cursor_start: v.number(),
  cursor_end: v.number(),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});
const typedMatches = v.array(v.looseObject({ text: v.string(), type: v.optional(v.string()) }));

/** Nothing to offer at `cursor`. */
export function noCompletion(cursor: number): Completion {
  return { matches: [], from: cursor, to: cursor };
}

/** Asks an idle kernel what could stand at `cursor`. Jupyter counts code points, editors UTF-16 code units. */
export async function askForCompletion(
  requests: KernelRequests,
  code: string,
  cursor: number,
  limitMs: number,
  signal?: AbortSignal,
): Promise<Completion> {
  const position = Array.from(code.slice(0, cursor)).length;
  const reply = await requests.ask('complete_request', { code, cursor_pos: position }, limitMs, signal);
  const parsed = v.safeParse(completeReply, reply?.content);
  if (!parsed.success) return noCompletion(cursor);
  const { matches, metadata, cursor_start: start, cursor_end: end } = parsed.output;
  const typed = v.safeParse(typedMatches, metadata['_jupyter_types_experimental']);
  const points = Array.from(code);
  return {
    matches: typed.success ? typed.output : matches.map((text) => ({ text })),
    from: points.slice(0, start).join('').length,
    to: points.slice(0, end).join('').length,
  };
}
