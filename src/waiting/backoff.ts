/** A growing pause between tries. All times in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
  /** Share of the pause that is random, 0–1, so that many clients do not come back at once. */
  readonly jitter?: number;
}

/**
 * The pause before try number `attempt` (from 1).
 * @param random a number in [0, 1); given so that tests can fix it.
 */
export function backoffMs(backoff: Backoff, attempt: number, random: () => number = Math.random): number {
  const full = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** (attempt - 1));
  const jitter = backoff.jitter ?? 0;
  return Math.round(full * (1 - jitter + jitter * random()));
}
