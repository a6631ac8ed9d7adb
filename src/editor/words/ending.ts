import { isAdopted } from '../../instances/life';
import type { InstanceRecord } from '../../instances/record';
import type { KernelView } from '../../journey/lab';
import { powerOffWords } from './kernels';
import { costWords, keptDiskWords, stoppedBillingWords } from './money';

/** What a person reads before an instance is stopped: what runs on it, and the truth about the bill. */
export function stopWords(record: InstanceRecord, kernels: readonly KernelView[]): string {
  return sentences(powerOffWords(kernels), stoppedBillingWords(record));
}

/** What a person reads before an instance is terminated: what is lost, and what that ends. */
export function terminationWords(
  record: InstanceRecord,
  kernels: readonly KernelView[],
  nowMs: number,
): string {
  const cost = costWords(record, nowMs);
  return sentences(
    powerOffWords(kernels),
    'The machine is gone for good; files on it are lost unless the boot volume is kept.',
    'A kept one can be attached or booted from in the OCI console, not from here.',
    `This ends what it costs${cost === '' ? '' : ` (${cost})`}.`,
  );
}

/** What goes on when an instance has left the list; undefined when nothing does. */
export function leavingWords(record: InstanceRecord): string | undefined {
  if (record.origin.kind === 'ssh') return 'Nothing is changed on the host.';
  const key = record.ssh.key?.kind === 'secret' ? 'The SSH key that opens it is deleted here.' : undefined;
  const disk = keptDiskWords(record);
  if (disk !== undefined) {
    const stays = `Its boot volume stays in the cloud and goes on being billed (${disk}).`;
    return sentences(stays, isKnownDisk(record) ? 'Refresh lists it again.' : undefined, key);
  }
  if (!isAdopted(record) || record.phase.kind === 'terminated') return undefined;
  return sentences('The instance stays in the cloud as it is, and is billed as before.', key);
}

/** It was tagged before it was kept. */
function isKnownDisk({ phase }: InstanceRecord): boolean {
  return phase.kind === 'terminated' && phase.keptBootVolumeId !== undefined;
}

function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}
