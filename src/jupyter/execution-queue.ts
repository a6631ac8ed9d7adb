import type { Logger } from '../ports/logger';
import type { Execution, ExecutionOutcome } from './execution';
import type { Incoming, Request } from './wire';

/** A kernel's runs in their order. Only the first has been sent, so that an interrupt can drop the others. */
export interface ExecutionQueue {
  readonly isEmpty: boolean;
  /** The run that the kernel has been asked for. */
  readonly running: Execution | undefined;
  /** Puts a run at the end, or, when it runs already, at the beginning. */
  add(execution: Execution): Execution;
  /** Gives a message to the run that caused it, even one that has ended: its threads may still print. */
  take(message: Incoming): void;
  /** The link dropped. */
  noteGap(): void;
  /** Drops what has not been sent. */
  dropWaiting(): void;
  endAll(outcome: ExecutionOutcome): void;
  /** Sends nothing until released: the kernel is not there to hear it. */
  hold(): void;
  release(): void;
}

/** Ended runs whose late output still finds its cell. */
const endedKept = 200;

export function createExecutionQueue(deps: {
  readonly logger: Logger;
  send(request: Request): void;
}): ExecutionQueue {
  const queue: Execution[] = [];
  /** Runs that ended by themselves, the oldest first. */
  const ended = new Map<string, Execution>();
  let held = false;

  const startNext = () => {
    const next = queue[0];
    if (next && !next.sent && !held) next.start((request) => deps.send(request));
  };

  const keepEnded = (execution: Execution) => {
    if (!execution.sent) return;
    ended.set(execution.id, execution);
    const [oldest] = ended.keys();
    if (ended.size > endedKept && oldest !== undefined) ended.delete(oldest);
  };

  const leave = (execution: Execution) => {
    const at = queue.indexOf(execution);
    if (at >= 0) {
      queue.splice(at, 1);
      keepEnded(execution);
    }
    startNext();
  };

  return {
    get isEmpty() {
      return queue.length === 0;
    },
    get running() {
      return queue.find((execution) => execution.sent);
    },
    add(execution) {
      if (execution.sent) queue.unshift(execution);
      else queue.push(execution);
      execution.done.then(
        () => leave(execution),
        (error: unknown) => deps.logger.error('a cell could not be ended', error),
      );
      startNext();
      return execution;
    },
    take(message) {
      const owner = queue.find((execution) => execution.id === message.parentId);
      (owner ?? ended.get(message.parentId))?.take(message);
    },
    noteGap() {
      for (const execution of queue) execution.noteGap();
    },
    dropWaiting() {
      for (const execution of queue.filter(({ sent }) => !sent)) execution.end({ kind: 'dropped' });
    },
    endAll(outcome) {
      ended.clear();
      for (const execution of queue.splice(0)) execution.end(outcome);
    },
    hold() {
      held = true;
    },
    release() {
      held = false;
      startNext();
    },
  };
}
