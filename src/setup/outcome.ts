import { failureAdvice, gpuAdvice, type Advice, type FailureReason, type GpuCause } from './reasons';

/** What TensorFlow sees, against what the shape has. */
export interface GpuReport {
  readonly expected: number;
  readonly found: number;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
  readonly cause?: GpuCause;
  /** The cause in words. */
  readonly because?: string;
}

/** How set-up ended. All texts are fit for a person. */
export type SetupOutcome =
  | { readonly kind: 'ready'; readonly gpus: GpuReport }
  | {
      readonly kind: 'readyWithWarning';
      readonly gpus: GpuReport;
      readonly message: string;
      readonly nextAction: string;
    }
  | {
      readonly kind: 'failed';
      /** The step's heading. */
      readonly step: string;
      readonly reason: FailureReason;
      readonly message: string;
      readonly nextAction: string;
      /** What the step saw: for the log. */
      readonly detail: string;
    }
  | { readonly kind: 'cancelled' };

/** Ready, with a warning when the GPU check did not pass. */
export function readyOutcome(gpus: GpuReport): SetupOutcome {
  if (gpus.cause === undefined) return { kind: 'ready', gpus };
  const { sentence, nextAction } = gpuAdvice[gpus.cause];
  const what =
    gpus.found < gpus.expected
      ? `TensorFlow sees ${gpus.found} of ${gpus.expected} GPUs`
      : `TensorFlow sees all ${gpus.found} GPUs but cannot train on every one of them`;
  const report = { ...gpus, because: sentence };
  return { kind: 'readyWithWarning', gpus: report, message: `${what}: ${sentence}.`, nextAction };
}

/** A failure in the words of the reason's advice, with what was seen where the scripts say it in words. */
export function failedOutcome(step: string, reason: FailureReason, detail: string): SetupOutcome {
  const advice: Advice = failureAdvice[reason];
  const told = advice.seenIsTold === true && detail !== '';
  const message = told ? `${advice.sentence.replace(/\.$/, '')}: ${detail}.` : advice.sentence;
  return { kind: 'failed', step, reason, message, nextAction: advice.nextAction, detail };
}
