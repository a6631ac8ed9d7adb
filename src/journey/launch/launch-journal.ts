import type { Instance } from '../../cloud/types';
import { lastInDoubt, type Attempt } from '../../instances/launch-attempts';
import type { InstanceRecord, JournalEntry } from '../../instances/record';
import type { StageTools } from '../stage';
import { ociOrigin, withOci } from '../stage';

/** The domains that have answered since the launch, or its last retry, began. */
export function answeredDomains({ journal }: InstanceRecord): ReadonlySet<string> {
  return new Set(
    journal.flatMap(({ step, outcome, availabilityDomain }) =>
      step === 'launchInstance' && outcome !== undefined && availabilityDomain !== undefined
        ? [availabilityDomain]
        : [],
    ),
  );
}

/** When the launch last began to make parts of the lab's network (milliseconds); undefined when it has made none. */
export function networkBegunAt({ journal }: InstanceRecord): number | undefined {
  return journal.findLast(({ step }) => step === 'network')?.at;
}

/** Writes down what is about to be done; an attempt that is repeated keeps one entry. */
export async function note(tools: StageTools, entry: JournalEntry): Promise<void> {
  await tools.update((record) => ({
    ...record,
    journal: [
      ...record.journal.filter((old) => old.retryToken === undefined || old.retryToken !== entry.retryToken),
      entry,
    ],
  }));
}

/** Writes down how an attempt ended. */
export async function answer(tools: StageTools, { retryToken }: Attempt, outcome: string): Promise<void> {
  await tools.update((record) => withAnswer(record, retryToken, outcome));
}

/** @returns the record with the outcome of the attempt that has this token */
function withAnswer(record: InstanceRecord, retryToken: string, outcome: string): InstanceRecord {
  const journal = record.journal.map((old) => (old.retryToken === retryToken ? { ...old, outcome } : old));
  return { ...record, journal };
}

/** The record with what an attempt has made: at once, because a crash in between would launch a second instance. */
export function withInstance(
  record: InstanceRecord,
  instance: Instance,
  attempt: Attempt | undefined = lastInDoubt(record),
): InstanceRecord {
  const { id: instanceId, availabilityDomain, timeCreated } = instance;
  const asked = attempt && record.journal.find(({ retryToken }) => retryToken === attempt.retryToken);
  // Found later, or given again for the same token, it has run since it was made. Not since before it was asked for,
  // as OCI's clock may say: one so new may be unknown to OCI, and must not be taken for gone by that.
  const startedAt = Math.max(Date.parse(timeCreated), asked?.at ?? 0);
  const launched = withOci(record, { instanceId, availabilityDomain, startedAt });
  return attempt ? withAnswer(launched, attempt.retryToken, `launched ${instanceId}`) : launched;
}

/** A launch that is tried anew asks every domain again; an attempt without an answer stays. */
export function withoutAnsweredAttempts(record: InstanceRecord): InstanceRecord {
  const journal = record.journal.filter(
    (entry) => entry.step !== 'launchInstance' || entry.outcome === undefined,
  );
  return { ...record, journal };
}

/** Nothing will be launched into the network that the launch has begun to make, until it is begun with again. */
export function withNetworkGivenUp(record: InstanceRecord): InstanceRecord {
  const journal = record.journal.map((entry) =>
    entry.step === 'network' ? { ...entry, outcome: 'given up' } : entry,
  );
  return { ...record, journal };
}

/** The launch has made the lab's network, or begun to, and goes on to use it. */
export function awaitsNetwork({ journal }: InstanceRecord): boolean {
  const begun = journal.findLast(({ step }) => step === 'network');
  return begun !== undefined && begun.outcome === undefined;
}

/** The ranges to which port 22 of the lab's network was opened for this instance: it leaves none of them open. */
export function openedTo({ journal }: InstanceRecord): ReadonlySet<string> {
  return new Set(
    journal.flatMap(({ step, cidr }) => (step === 'sshRule' && cidr !== undefined ? [cidr] : [])),
  );
}

/** The record with a rule that is about to be added for it. */
export function withOpenedTo(record: InstanceRecord, cidr: string, at: number): InstanceRecord {
  return openedTo(record).has(cidr)
    ? record
    : { ...record, journal: [...record.journal, { step: 'sshRule', at, cidr }] };
}

/** The network is gone again, or was never there, or is others' alone. */
export function withoutNetwork(record: InstanceRecord): InstanceRecord {
  const { networkSecurityGroupId: _gone, ...origin } = ociOrigin(record);
  return { ...record, origin, journal: record.journal.filter(({ step }) => step === 'launchInstance') };
}
