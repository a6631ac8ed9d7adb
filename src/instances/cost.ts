import { isStopped } from './life';
import type { InstanceRecord } from './record';

/** What an instance has cost so far by list price, without disk and network. */
export interface Cost {
  readonly usd: number;
  readonly usdPerHour: number;
  /** Date of the price, ISO. */
  readonly asOf: string;
  /** Still growing. */
  readonly running: boolean;
  /** An end or a stop was only noticed, so that it may have cost less. */
  readonly atMost: boolean;
}

const hourMs = 3_600_000;

/**
 * Counts from the cloud's start to the end (or `now`), without the time in which a shape that is not billed while
 * stopped was stopped.
 * @param now milliseconds since the epoch
 * @returns undefined when the price or the start is not known, and for SSH hosts
 */
export function costSoFar({ origin, phase }: InstanceRecord, now: number): Cost | undefined {
  if (origin.kind !== 'oci') return undefined;
  const { plan, startedAt, stoppedMs = 0 } = origin;
  if (plan.price === undefined || startedAt === undefined) return undefined;
  const running = phase.kind !== 'terminated' && (!isStopped(phase) || plan.billedWhenStopped);
  const end = running || !('since' in phase) ? now : phase.since;
  const billedMs = end - startedAt - (plan.billedWhenStopped ? 0 : stoppedMs);
  const usd = (Math.max(0, billedMs) / hourMs) * plan.price.usdPerHour;
  const atMost =
    origin.stoppedLonger === true || (!running && 'elsewhere' in phase && phase.elsewhere === true);
  return { usd, usdPerHour: plan.price.usdPerHour, asOf: plan.price.asOf, running, atMost };
}

/** @returns `next` with the stop counted that it ends, or goes on with anew; `before` is the record that it follows */
export function withStopCounted(before: InstanceRecord, next: InstanceRecord): InstanceRecord {
  const { origin, phase } = next;
  const wasStopped = isStopped(before.phase) || (before.phase.kind === 'starting' && isStopped(phase));
  if (!wasStopped || origin.kind !== 'oci' || !('since' in phase) || !('since' in before.phase)) return next;
  const lastedMs = phase.since - before.phase.since;
  if (lastedMs <= 0) return next;
  const isLonger =
    before.phase.kind === 'stopped' && before.phase.elsewhere && !origin.plan.billedWhenStopped;
  const stoppedMs = (origin.stoppedMs ?? 0) + lastedMs;
  return { ...next, origin: { ...origin, stoppedMs, ...(isLonger ? { stoppedLonger: true } : {}) } };
}
