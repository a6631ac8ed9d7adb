import type { Clock } from '../ports/clock';
import { until } from '../waiting/until';
import type { KernelLink } from './kernel-link';
import type { KernelRequests } from './kernel-requests';

/** Milliseconds for a socket to open. */
const openLimitMs = 15_000;
/** Milliseconds for a kernel that is there to answer on the link's own session id, and how often it is asked. */
const ownAnswerLimitMs = 2000;
const ownAnswerTries = 4;
/** Milliseconds for the kernel to answer on the nth socket: the first is mostly too early, a busy machine is slow. */
const answerLimitMs = (n: number) => Math.min(8000, 500 * 2 ** n);
/** Milliseconds without an answer until the server is asked for another kernel, once. */
const startAnewAfterMs = 30_000;
/** Milliseconds until a kernel is given up: a slow machine's second one has a minute, too. */
const giveUpAfterMs = 90_000;
/** Milliseconds for a kernel that runs a cell to answer. */
const controlLimitMs = 2000;

/** How a kernel was found; a busy one runs another client's cell, or one that had waited for it. */
export type FoundKernel = 'idle' | 'busy';

/** Waits for a restarted kernel, by whomever it was restarted, until it answers. */
export interface KernelRevival {
  /** Until it is over, what is heard may be the old kernel's. */
  readonly underWay: boolean;
  /**
   * One at a time: a second call waits for the first, then begins anew, because what answered that one may be the
   * kernel from before the second restart.
   * @throws when the kernel does not answer in 90 s
   */
  wait(signal?: AbortSignal): Promise<void>;
  /** Gives the link other channels to a kernel that is there: what it publishes does not come by the ones it has. */
  renewLink(signal?: AbortSignal): Promise<void>;
}

export function createKernelRevival(deps: {
  readonly link: KernelLink;
  readonly requests: KernelRequests;
  readonly clock: Clock;
  /** Asks the server for another kernel in place of one that does not answer. */
  startAnew(signal?: AbortSignal): Promise<void>;
  onBegin(): void;
  /** It answers; unless another wait goes on, nothing is under way any more. */
  onAnswer(found: FoundKernel): void;
}): KernelRevival {
  const { link, requests, clock } = deps;
  let current: Promise<FoundKernel> | undefined;

  /** Connects anew. @returns whether the link opened in time */
  const opensAs = async (sessionId: string, signal?: AbortSignal): Promise<boolean> => {
    link.reconnect(sessionId);
    const limit = AbortSignal.timeout(openLimitMs);
    try {
      await link.opened(signal ? AbortSignal.any([signal, limit]) : limit);
      return true;
    } catch (error) {
      if (limit.aborted && !signal?.aborted) return false;
      throw error;
    }
  };

  /** On the link's own session id everything must be heard: cells go there. */
  const isHeard = async (channel: 'shell' | 'control', signal?: AbortSignal): Promise<boolean> => {
    if (!(await opensAs(link.sessionId, signal))) return false;
    for (let asked = 0; asked < ownAnswerTries; asked++) {
      if (await requests.isHeard(ownAnswerLimitMs, signal, channel)) return true;
    }
    return false;
  };

  /**
   * What a session id had open is kept by the server for the next socket with that id, and what was opened
   * while the kernel was not there yet can reach nobody, for good (seen on a busy machine with Jupyter Server
   * 2.21: every try of a minute). So each try has an id of its own; the link's comes when the kernel is there.
   */
  const answers = async (tries: number, signal?: AbortSignal): Promise<boolean> => {
    if (!(await opensAs(crypto.randomUUID(), signal))) return false;
    const answer = await requests.ask('kernel_info_request', {}, answerLimitMs(tries), signal);
    return answer !== undefined && (await isHeard('shell', signal));
  };

  /** A kernel that runs a cell answers on control alone. */
  const isBusy = async (signal?: AbortSignal): Promise<boolean> =>
    (await opensAs(crypto.randomUUID(), signal)) &&
    (await requests.isHeard(controlLimitMs, signal, 'control')) &&
    (await isHeard('control', signal));

  const find = async (signal?: AbortSignal): Promise<FoundKernel> => {
    let tries = 0;
    let startAnewAtMs = clock.now() + startAnewAfterMs;
    const look = async (): Promise<FoundKernel | undefined> => {
      if (await answers(tries++, signal)) return 'idle';
      if (clock.now() < startAnewAtMs) return undefined;
      if (await isBusy(signal)) return 'busy';
      // A restart that met another one can leave no kernel, and nobody who starts one (seen with Jupyter Server 2.21).
      startAnewAtMs = Infinity;
      await deps.startAnew(signal);
      return undefined;
    };
    try {
      return await until(look, {
        what: 'the restarted kernel',
        limitMs: giveUpAfterMs,
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

  /** Jupyter Server hands the channels of a session id to its next socket, unless another id comes between (2.21). */
  const changeChannels = async (signal?: AbortSignal): Promise<FoundKernel> => {
    await opensAs(crypto.randomUUID(), signal);
    await opensAs(link.sessionId, signal);
    return 'idle';
  };

  const inTurn = async (work: () => Promise<FoundKernel>): Promise<void> => {
    deps.onBegin();
    const before = current;
    const mine = before ? before.catch(() => undefined).then(work) : work();
    current = mine;
    const leave = (): boolean => {
      if (current !== mine) return false;
      current = undefined;
      return true;
    };
    let found: FoundKernel;
    try {
      found = await mine;
    } catch (error) {
      leave();
      throw error;
    }
    if (leave()) deps.onAnswer(found);
  };

  return {
    get underWay() {
      return current !== undefined;
    },
    wait: (signal) => inTurn(() => find(signal)),
    renewLink: (signal) => inTurn(() => changeChannels(signal)),
  };
}
