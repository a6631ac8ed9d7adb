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
  return `${usd(sizeInGBs * bootVolumeUsdPerGBMonth)} a month`;
}

/** `$5.90/h · $1.24 so far`, `at most $1.24 so far` where its end was only noticed; empty for SSH hosts, where no price is known, and when a failed launch has made nothing. */
export function costWords(record: InstanceRecord, nowMs: number): readonly string[] {
  const cost = costSoFar(record, nowMs);
  if (cost) {
    const sum = `${cost.atMost ? 'at most ' : ''}${usd(cost.usd)} so far`;
    return cost.running ? [hourly(cost.usdPerHour), sum] : [sum];
  }
  if (record.origin.kind !== 'oci' || record.phase.kind === 'terminated') return [];
  const mayExist = record.origin.instanceId !== undefined || lastInDoubt(record) !== undefined;
  if (record.phase.kind === 'failed' && !mayExist) return [];
  const { price } = record.origin.plan;
  return price ? [hourly(price.usdPerHour)] : [];
}

/** `disk kept, $8.50 a month`; undefined where no boot volume outlived its instance. */
export function keptDiskWords({ origin, phase }: InstanceRecord): string | undefined {
  if (origin.kind !== 'oci' || phase.kind !== 'terminated') return undefined;
  const monthly = bootVolumeMonthly(origin.plan.bootVolumeSizeInGBs);
  if (phase.keptBootVolumeId !== undefined) return `disk kept, ${monthly}`;
  return phase.keptDiskUnknown ? `disk kept but not found, ${monthly}` : undefined;
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
