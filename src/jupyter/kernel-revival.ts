import type { Clock } from '../ports/clock';
import { until } from '../waiting/until';
import type { KernelLink } from './kernel-link';
import type { KernelRequests } from './kernel-requests';

/** Milliseconds for a socket to open. */
const openLimitMs = 15_000;
/** Milliseconds for a kernel that is there to answer on the link's own session id. */
const ownAnswerLimitMs = 8000;
/** Milliseconds for the kernel to answer on the nth socket: the first is mostly too early, a busy machine is slow. */
const answerLimitMs = (n: number) => Math.min(8000, 500 * 2 ** n);

/** Waits for a restarted kernel, by whomever it was restarted, until it answers. */
export interface KernelRevival {
  /** Until it is over, what is heard may be the old kernel's. */
  readonly underWay: boolean;
  /**
   * One at a time: a second call waits for the first, then begins anew, because what answered that one may be the
   * kernel from before the second restart.
   * @throws when the kernel does not answer in a minute
   */
  wait(signal?: AbortSignal): Promise<void>;
}

export function createKernelRevival(deps: {
  readonly link: KernelLink;
  readonly requests: KernelRequests;
  readonly clock: Clock;
  onBegin(): void;
  onAnswer(): void;
}): KernelRevival {
  const { link, requests, clock } = deps;
  let current: Promise<void> | undefined;

  const answersAs = async (sessionId: string, limitMs: number, signal?: AbortSignal): Promise<boolean> => {
    link.reconnect(sessionId);
    const limit = AbortSignal.timeout(openLimitMs);
    try {
      await link.opened(signal ? AbortSignal.any([signal, limit]) : limit);
    } catch (error) {
      if (limit.aborted && !signal?.aborted) return false;
      throw error;
    }
    return (await requests.ask('kernel_info_request', {}, limitMs, signal)) !== undefined;
  };

  /**
   * What a session id had open is kept by the server for the next socket with that id, and what was opened
   * while the kernel was not there yet can reach nobody, for good (seen on a busy machine with Jupyter Server
   * 2.21: every try of a minute). So each try has an id of its own; the link's comes when the kernel is there.
   */
  const answers = async (tries: number, signal?: AbortSignal): Promise<true | undefined> => {
    if (!(await answersAs(crypto.randomUUID(), answerLimitMs(tries), signal))) return undefined;
    return (await answersAs(link.sessionId, ownAnswerLimitMs, signal)) || undefined;
  };

  const begin = async (signal?: AbortSignal) => {
    let tries = 0;
    try {
      await until(() => answers(tries++, signal), {
        what: 'the restarted kernel',
        limitMs: 60_000,
        everyMs: 200,
        signal,
        clock,
      });
    } catch (error) {
      // Whoever comes after looks for what the kernel says under the link's own id.
      link.reconnect();
      throw error;
    }
  };

  return {
    get underWay() {
      return current !== undefined;
    },
    async wait(signal) {
      deps.onBegin();
      const before = current;
      const mine = before ? before.catch(() => undefined).then(() => begin(signal)) : begin(signal);
      current = mine;
      try {
        await mine;
        if (current === mine) deps.onAnswer();
      } finally {
        if (current === mine) current = undefined;
      }
    },
  };
}
