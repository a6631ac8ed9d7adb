import type { InstanceRecord, JournalEntry } from './record';

/** One LaunchInstance call: a domain, and the token that makes repeating it harmless. */
export interface Attempt {
  readonly availabilityDomain: string;
  readonly retryToken: string;
}

/** A LaunchInstance call that may have made an instance: it was written down, and no answer was. */
export function isUnanswered(entry: JournalEntry): entry is JournalEntry & Attempt {
  return isAttempt(entry) && entry.outcome === undefined;
}

/** Written where an attempt without an answer is given up: it may have made an instance all the same. */
export const givenUp = 'given up: no instance was found and the retry token is too old';

/** The last attempt that may have made an instance of which nothing is known: none is launched before that is found. */
export function lastInDoubt({ journal }: InstanceRecord): (JournalEntry & Attempt) | undefined {
  const attempts = journal.filter(isAttempt);
  return attempts.findLast(isUnanswered) ?? attempts.findLast(({ outcome }) => outcome === givenUp);
}

function isAttempt(entry: JournalEntry): entry is JournalEntry & Attempt {
  const { step, retryToken, availabilityDomain } = entry;
  return step === 'launchInstance' && retryToken !== undefined && availabilityDomain !== undefined;
}
