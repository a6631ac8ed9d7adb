import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { Execution } from './execution';
import { statusWord } from './kernel-state';
import type { Incoming, Request } from './wire';
import { newRequest } from './wire';

/**
 * Finds out whether the running cell has ended, though we did not hear of it: a kernel answers in order, so a
 * cell that was sent before this question and has not ended when it is answered has ended unseen.
 */
export interface EndProbe {
  /** Asks on behalf of this run. */
  send(covers: Execution | undefined): void;
  /** Every message passes here. */
  take(message: Incoming): void;
  /** The kernel that was asked is not there any more. */
  forget(): void;
}

/** What was asked last, and what has come of the answer. */
interface Asked {
  readonly id: string;
  readonly covers: Execution | undefined;
  replied: boolean;
  idle: boolean;
}

/** Milliseconds that a reply may come after the kernel has gone idle: the two come by different channels. */
export const replyGraceMs = 500;
/** Milliseconds that a kernel may seem busy after its reply: much output can be on its way. */
const idleGraceMs = 5000;

export function createEndProbe(deps: {
  send(request: Request): void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting for replies. */
  readonly signal: AbortSignal;
}): EndProbe {
  const { clock, logger, signal } = deps;
  let asked: Asked | undefined;

  const send = (covers: Execution | undefined) => {
    const request = newRequest('shell', 'kernel_info_request', {});
    asked = { id: request.id, covers, replied: false, idle: false };
    deps.send(request);
  };

  /** A second stop can end this question too, without a reply; and what is published can get lost. */
  const askAgainUnlessAnswered = async (about: Asked, afterMs: number): Promise<void> => {
    await clock.sleep(afterMs, signal);
    if (asked === about) send(about.covers);
  };

  return {
    send,
    take(message) {
      if (!asked || message.parentId !== asked.id) return;
      if (message.channel === 'shell') asked.replied = true;
      if (statusWord(message) === 'idle') asked.idle = true;
      // Each channel keeps its order, but they overtake each other: only both prove that nothing is to come.
      if (asked.replied && asked.idle) {
        const { covers } = asked;
        asked = undefined;
        if (covers && !covers.ended) covers.endUnseen();
      } else if (asked.replied || asked.idle) {
        askAgainUnlessAnswered(asked, asked.idle ? replyGraceMs : idleGraceMs).catch((error: unknown) => {
          if (!signal.aborted) logger.error('the end of a cell is not asked for again', error);
        });
      }
    },
    forget() {
      asked = undefined;
    },
  };
}
