import type { InstanceRecord, JournalEntry } from '../instances/record';
import type { StageTools } from './stage';
import { ociOrigin } from './stage';

/** One LaunchInstance call: a domain, and the token that makes repeating it harmless. */
export interface Attempt {
  readonly availabilityDomain: string;
  readonly retryToken: string;
}

/** A LaunchInstance call that may have made an instance: it was written down, and no answer was. */
export function isUnanswered(entry: JournalEntry): entry is JournalEntry & Attempt {
  return (
    entry.step === 'launchInstance' &&
    entry.outcome === undefined &&
    entry.retryToken !== undefined &&
    entry.availabilityDomain !== undefined
  );
}

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
export function withAnswer(record: InstanceRecord, retryToken: string, outcome: string): InstanceRecord {
  const journal = record.journal.map((old) => (old.retryToken === retryToken ? { ...old, outcome } : old));
  return { ...record, journal };
}

/** A launch that is tried anew asks every domain again; an attempt without an answer stays. */
export function withoutAnsweredAttempts(record: InstanceRecord): InstanceRecord {
  const journal = record.journal.filter(
    (entry) => entry.step !== 'launchInstance' || entry.outcome === undefined,
  );
  return { ...record, journal };
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
