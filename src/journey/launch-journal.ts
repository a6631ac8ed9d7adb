import type { Instance } from '../cloud/types';
import type { InstanceRecord, JournalEntry } from '../instances/record';
import type { StageTools } from './stage';
import { ociOrigin, withOci } from './stage';

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

/** The record with the instance that its launch made after all; an attempt without an answer has got it by that. */
export function withInstance(record: InstanceRecord, instance: Instance): InstanceRecord {
  const unanswered = record.journal.findLast(isUnanswered);
  const launched = withOci(record, {
    instanceId: instance.id,
    availabilityDomain: instance.availabilityDomain,
    startedAt: Date.parse(instance.timeCreated),
  });
  return unanswered ? withAnswer(launched, unanswered.retryToken, `launched ${instance.id}`) : launched;
}

/** A launch that is tried anew asks every domain again; an attempt without an answer stays. */
export function withoutAnsweredAttempts(record: InstanceRecord): InstanceRecord {
  const journal = record.journal.filter(
    (entry) => entry.step !== 'launchInstance' || entry.outcome === undefined,
  );
  return { ...record, journal };
}

/** The network is gone again, or was never there. */
export function withoutNetwork(record: InstanceRecord): InstanceRecord {
  const { networkSecurityGroupId: _gone, ...origin } = ociOrigin(record);
  return { ...record, origin, journal: record.journal.filter(({ step }) => step !== 'network') };
}
