import type { InstanceRecord } from './record';

/** What an instance has cost so far by list price, without disk and network. */
export interface Cost {
  readonly usd: number;
  readonly usdPerHour: number;
  /** Date of the price, ISO. */
  readonly asOf: string;
  /** Still growing. */
  readonly running: boolean;
}

const hourMs = 3_600_000;

/**
 * Counts from the cloud's start to the end (or `now`). A stopped instance of a shape that is billed when
 * stopped goes on counting.
 * @param now milliseconds since the epoch
 * @returns undefined when the price or the start is not known, and for SSH hosts
 */
export function costSoFar(record: InstanceRecord, now: number): Cost | undefined {
  if (record.origin.kind !== 'oci') return undefined;
  const { plan, startedAt } = record.origin;
  if (plan.price === undefined || startedAt === undefined) return undefined;
  const end = endOfBilling(record, plan.billedWhenStopped);
  const usd = (Math.max(0, (end ?? now) - startedAt) / hourMs) * plan.price.usdPerHour;
  return { usd, usdPerHour: plan.price.usdPerHour, asOf: plan.price.asOf, running: end === undefined };
}

function endOfBilling({ phase }: InstanceRecord, billedWhenStopped: boolean): number | undefined {
  if (phase.kind === 'terminated') return phase.since;
  if (phase.kind === 'stopped' && !billedWhenStopped) return phase.since;
  return undefined;
}
