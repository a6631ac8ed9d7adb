import { backoffMs } from '../waiting/backoff';
import type { Waiting } from '../waiting/until';
import type { StageTools } from './stage';
import { cloudPause } from './time-limits';

/** How every stage waits for the cloud: quick looks at first, then gentle ones, until a limit or a cancel. */
export function cloudWaiting(
  { signal, clock }: Pick<StageTools, 'signal' | 'clock'>,
  what: string,
  limitMs: number,
): Waiting {
  return { what, limitMs, everyMs: (looks) => backoffMs(cloudPause, looks), signal, clock };
}
