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

/** What is asked on behalf of one run, and what has come of the answers. */
interface Inquiry {
  readonly covers: Execution | undefined;
  /** The questions, the latest last: an answer to any of them comes after the run. */
  readonly ids: string[];
  /** How often the latest question repeats one that was not answered in full. */
  repeats: number;
  replied: boolean;
  idle: boolean;
  /** Replies in a row between which nothing at all was published. */
  unheardReplies: number;
}

/** Milliseconds that a reply may come after the kernel has gone idle: the two come by different channels. */
export const replyGraceMs = 500;
/** Milliseconds that a kernel may seem busy after its reply: much output can be on its way. */
const idleGraceMs = 5000;

/**
 * Replies without a word published, the kernel's `busy` for each of them included, that show a link without
 * subscription. Much output does not look so: it comes in between, or what it holds up are the replies as well.
 */
const deafAfterReplies = 3;

export function createEndProbe(deps: {
  send(request: Request): void;
  /** The kernel replies after a run, and what it publishes does not reach us: only other channels will bring it. */
  onDeaf(): void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the waiting for replies. */
  readonly signal: AbortSignal;
}): EndProbe {
  const { clock, logger, signal } = deps;
  let inquiry: Inquiry | undefined;

  const ask = ({ ids }: Inquiry) => {
    const request = newRequest('shell', 'kernel_info_request', {});
    ids.push(request.id);
    deps.send(request);
  };

  /** A second stop can end this question too, without a reply; and what is published can get lost. */
  const askAgainUnlessAnswered = async (about: Inquiry, graceMs: number): Promise<void> => {
    const question = about.ids.at(-1);
    // Ever more rarely: a kernel that says nothing more is not to be asked without end.
    await clock.sleep(graceMs * 2 ** about.repeats, signal);
    if (inquiry !== about || about.ids.at(-1) !== question) return;
    about.repeats += 1;
    ask(about);
  };

  const conclude = ({ covers }: Inquiry) => {
    inquiry = undefined;
    if (covers && !covers.ended) covers.endUnseen();
  };

  return {
    send(covers) {
      if (inquiry?.covers !== covers) inquiry = undefined;
      inquiry ??= { covers, ids: [], repeats: 0, replied: false, idle: false, unheardReplies: 0 };
      inquiry.repeats = 0;
      inquiry.unheardReplies = 0;
      ask(inquiry);
    },
    take(message) {
      if (!inquiry) return;
      if (message.channel === 'iopub') inquiry.unheardReplies = 0;
      if (!inquiry.ids.includes(message.parentId)) return;
      const isReply = message.channel === 'shell';
      const isIdle = statusWord(message) === 'idle';
      if (!isReply && !isIdle) return;
      inquiry.replied ||= isReply;
      inquiry.idle ||= isIdle;
      if (isReply) inquiry.unheardReplies += 1;
      if (inquiry.replied && inquiry.idle) {
        // Each channel keeps its order, but they overtake each other: only both prove that nothing is to come.
        conclude(inquiry);
      } else if (inquiry.unheardReplies === deafAfterReplies) {
        // The run has ended, as its replies say; what it published last will not come by this link.
        if (inquiry.covers) deps.onDeaf();
        conclude(inquiry);
      } else if (message.parentId === inquiry.ids.at(-1)) {
        askAgainUnlessAnswered(inquiry, isIdle ? replyGraceMs : idleGraceMs).catch((error: unknown) => {
          if (!signal.aborted) logger.error('the end of a cell is not asked for again', error);
        });
      }
    },
    forget() {
      inquiry = undefined;
    },
  };
}
