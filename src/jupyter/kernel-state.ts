import * as v from 'valibot';
import type { Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';
import type { Incoming } from './wire';

/** How a kernel stands, for people: what its link and its own words say together. */
export type KernelState = 'starting' | 'idle' | 'busy' | 'reconnecting' | 'dead';

/** Keeps a kernel's state. `dead` is for good. */
export interface KernelStateKeeper {
  readonly current: KernelState;
  readonly onChange: Event<KernelState>;
  /** The kernel, or the server for it, says how it is (`execution_state`). */
  report(word: string): void;
  linkDropped(): void;
  linkBack(): void;
  die(): void;
}

/** @param word the `execution_state` that the server gave when the session was opened */
export function createKernelState(word: string): KernelStateKeeper {
  const changes = new EventSource<KernelState>();
  /** What was reported last, for when the link is back. */
  let reported = stateOf(word);
  let current = reported;

  const become = (next: KernelState) => {
    if (current === next || current === 'dead') return;
    current = next;
    changes.fire(next);
  };

  return {
    get current() {
      return current;
    },
    onChange: changes.event,
    report(said) {
      reported = stateOf(said);
      become(reported);
    },
    linkDropped: () => {
      if (current !== 'starting') become('reconnecting');
    },
    linkBack: () => {
      if (current === 'reconnecting') become(reported);
    },
    die: () => become('dead'),
  };
}

const statusContent = v.looseObject({ execution_state: v.string() });

/** The `execution_state` of a `status` message; `undefined` for every other message. */
export function statusWord(message: Incoming): string | undefined {
  if (message.channel !== 'iopub' || message.type !== 'status') return undefined;
  const parsed = v.safeParse(statusContent, message.content);
  return parsed.success ? parsed.output.execution_state : undefined;
}

function stateOf(word: string): KernelState {
  if (word === 'busy' || word === 'idle' || word === 'dead') return word;
  return 'starting';
}
