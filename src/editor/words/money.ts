import { costSoFar } from '../../instances/cost';
import { lastInDoubt } from '../../instances/launch-attempts';
import type { InstanceRecord } from '../../instances/record';

/**
 * What a boot volume costs, USD per GB and month: storage (part B91961, $0.0255) and 10 performance units
 * (part B91962, 10 × $0.0017), the default. Oracle's price list, seen 2026-11-23.
 */
const bootVolumeUsdPerGBMonth = 0.0425;

/** `$5.90`; from $100 on without cents, below ten cents with three digits. */
export function usd(amount: number): string {
  if (amount >= 100) return `$${Math.round(amount)}`;
  if (amount > 0 && amount < 0.1) return `$${amount.toFixed(3)}`;
  return `$${amount.toFixed(2)}`;
}

/** `$5.90/h`; list prices such as $1.275 are shown to the last digit. */
export function hourly(usdPerHour: number): string {
  const hasThirdDigit = Math.abs(usdPerHour * 100 - Math.round(usdPerHour * 100)) > 1e-6;
  return `${hasThirdDigit && usdPerHour < 100 ? `$${usdPerHour.toFixed(3)}` : usd(usdPerHour)}/h`;
}

/** What keeping a boot volume costs: `$8.50 a month`. */
export function bootVolumeMonthly(sizeInGBs: number): string {
  return `${bootVolumeUsd(sizeInGBs)} a month`;
}

const bootVolumeUsd = (sizeInGBs: number): string => usd(sizeInGBs * bootVolumeUsdPerGBMonth);

/** An amount in words, and in figures for a row that has no room for words. */
export interface Amount {
  readonly words: string;
  readonly figures: string;
}

/**
 * What is paid an hour, and what that comes to so far; `at most` where its end was only noticed. Nothing for SSH hosts,
 * where no price is known, and when a failed launch has made nothing.
 */
export function cost(record: InstanceRecord, nowMs: number): readonly Amount[] {
  const known = costSoFar(record, nowMs);
  if (known) {
    const sum = `${known.atMost ? 'at most ' : ''}${usd(known.usd)}`;
    const soFar = { words: `${sum} so far`, figures: sum };
    return known.running ? [same(hourly(known.usdPerHour)), soFar] : [soFar];
  }
  if (record.origin.kind !== 'oci' || record.phase.kind === 'terminated') return [];
  const mayExist = record.origin.instanceId !== undefined || lastInDoubt(record) !== undefined;
  if (record.phase.kind === 'failed' && !mayExist) return [];
  const { price } = record.origin.plan;
  return price ? [same(hourly(price.usdPerHour))] : [];
}

/** `$5.90/h, $1.24 so far`; empty where no price is known. */
export function costWords(record: InstanceRecord, nowMs: number): string {
  return cost(record, nowMs)
    .map(({ words }) => words)
    .join(', ');
}

const same = (figures: string): Amount => ({ words: figures, figures });

/**
 * What a boot volume costs that outlived its instance: `disk kept, $8.50 a month`. One that was not found cannot be
 * deleted from here: that is told in the row too.
 */
export function keptDisk({ origin, phase }: InstanceRecord): Amount | undefined {
  if (origin.kind !== 'oci' || phase.kind !== 'terminated') return undefined;
  const isFound = phase.keptBootVolumeId !== undefined;
  if (!isFound && !phase.keptDiskUnknown) return undefined;
  const { bootVolumeSizeInGBs } = origin.plan;
  return {
    words: `${isFound ? 'disk kept' : 'disk kept but not found'}, ${bootVolumeMonthly(bootVolumeSizeInGBs)}`,
    figures: `${isFound ? 'disk' : 'disk not found ·'} ${bootVolumeUsd(bootVolumeSizeInGBs)}/month`,
  };
}

/** The same in words alone. */
export function keptDiskWords(record: InstanceRecord): string | undefined {
  return keptDisk(record)?.words;
}

/** How what a kept disk costs is ended. */
export function keptDiskEnd({ phase }: InstanceRecord): string {
  return phase.kind === 'terminated' && phase.keptDiskUnknown
    ? 'OCI did not say which one; look for it in the OCI Console, under Boot Volumes.'
    : 'Delete Boot Volume ends that.';
}

/** What stopping does to the bill, in one sentence. */
export function stoppedBillingWords(record: InstanceRecord): string | undefined {
  if (record.origin.kind !== 'oci') return undefined;
  const { plan } = record.origin;
  const price = plan.price ? ` (${hourly(plan.price.usdPerHour)})` : '';
  return plan.billedWhenStopped
    ? `${plan.shape} is billed in full${price} while stopped. Only terminating ends that.`
    : `${plan.shape} is not billed while stopped; its boot volume costs ${bootVolumeMonthly(plan.bootVolumeSizeInGBs)}.`;
}
