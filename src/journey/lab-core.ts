import type { InstanceRecord } from '../instances/record';
import type { RecordStore } from '../instances/store';
import type { ActionOutcome } from './lab';
import type { LabDeps } from './lab-deps';
import type { Worker } from './worker';

/** What the lab's actions work with. */
export interface LabCore {
  readonly deps: LabDeps;
  readonly store: RecordStore;
  /** @throws when it is no longer in the list */
  need(id: string): InstanceRecord;
  /** Makes this window the owner, unless another one is. */
  own(id: string): Promise<boolean>;
  workerOf(id: string): Promise<Worker>;
  /** Drives the record to where it rests, then opens the tunnel if it is wanted. Never rejects. */
  advance(id: string): Promise<ActionOutcome>;
  /** Tries again at once, in the background, what waits for its next try, or opens the tunnel that is wanted. */
  reconnect(id: string): void;
  /** Does some work during which the watcher must not take the instance up by itself: its run has just been ended. */
  withoutTakeUp<T>(id: string, work: () => Promise<T>): Promise<T>;
  /** Ends what goes on with the instance in this window. */
  drop(id: string): Promise<void>;
}

/** The outcome of an action that only the owner may do. */
export function anotherWindow({ name }: InstanceRecord): Extract<ActionOutcome, { kind: 'failed' }> {
  return {
    kind: 'failed',
    message: `Another window is working on ${name}. Do it there, or wait until it is done.`,
  };
}
