import * as v from 'valibot';
import { failedOutcome, readyOutcome, type GpuReport, type SetupOutcome } from './outcome';
import { failureReason, gpuCause } from './reasons';

const gpusSchema = v.object({
  expected: v.number(),
  found: v.number(),
  passed: v.boolean(),
  cause: v.optional(v.string()),
});

/** One line of state.jsonl, as resources/setup/run.sh writes it. `time` and `seconds` are seconds. */
const lineSchema = v.variant('event', [
  v.object({ event: v.literal('started'), time: v.number(), way: v.string(), titles: v.array(v.string()) }),
  v.object({
    event: v.literal('step'),
    time: v.number(),
    index: v.number(),
    total: v.number(),
    id: v.string(),
    title: v.string(),
    state: v.picklist(['started', 'done', 'skipped', 'failed']),
    seconds: v.number(),
  }),
  v.object({
    event: v.literal('progress'),
    time: v.number(),
    index: v.number(),
    percent: v.number(),
    text: v.string(),
  }),
  v.object({
    event: v.literal('ended'),
    time: v.number(),
    outcome: v.picklist(['ready', 'failed', 'cancelled', 'interrupted']),
    seconds: v.number(),
    step: v.optional(v.string()),
    reason: v.optional(v.string()),
    detail: v.optional(v.string()),
    gpus: v.optional(gpusSchema),
  }),
]);
type StateLine = v.InferOutput<typeof lineSchema>;
type EndedLine = Extract<StateLine, { event: 'ended' }>;

/** A step's turn. */
export interface StepEvent {
  readonly kind: 'step';
  /** From 1. */
  readonly index: number;
  readonly total: number;
  readonly id: string;
  /** Its heading in the log. */
  readonly name: string;
  readonly state: 'started' | 'done' | 'skipped' | 'failed';
  readonly seconds: number;
}

/** How far the pull of the container image is. */
export interface PullEvent {
  readonly kind: 'pull';
  /** The step's place, from 1. */
  readonly index: number;
  readonly percent: number;
  /** `2,130 of 5,610 MB` */
  readonly text: string;
}

/** What a line of state.jsonl says; `undefined` for a line that tells nothing new. @throws on a malformed line. */
export function stateEvent(
  line: string,
): StepEvent | PullEvent | { kind: 'ended'; outcome: SetupOutcome } | undefined {
  const parsed = v.parse(lineSchema, JSON.parse(line));
  switch (parsed.event) {
    case 'started':
      return undefined;
    case 'step': {
      const { index, total, id, title, state, seconds } = parsed;
      return { kind: 'step', index, total, id, name: title, state, seconds };
    }
    case 'progress': {
      const { index, percent, text } = parsed;
      return { kind: 'pull', index, percent, text };
    }
    case 'ended':
      return { kind: 'ended', outcome: outcomeOf(parsed) };
  }
}

function outcomeOf(line: EndedLine): SetupOutcome {
  switch (line.outcome) {
    case 'ready':
      return readyOutcome(gpuReport(line));
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'interrupted':
      return failedOutcome('', 'interrupted', '');
    case 'failed':
      return failedOutcome(line.step ?? '', failureReason(line.reason ?? ''), line.detail ?? '');
  }
}

function gpuReport({ gpus, time }: EndedLine): GpuReport {
  const { expected, found, passed, cause } = gpus ?? { expected: 0, found: 0, passed: true };
  const report = { expected, found, checkedAt: time * 1000 };
  return passed ? report : { ...report, cause: gpuCause(cause ?? '') };
}
