import type { Clock } from '../ports/clock';
import { until } from '../waiting/until';
import type { KernelLink } from './kernel-link';
import type { KernelRequests } from './kernel-requests';

/** Milliseconds for a socket to open. */
const openLimitMs = 15_000;
/** Milliseconds for the kernel to answer on the nth socket: the first is mostly too early, a busy machine is slow. */
const answerLimitMs = (n: number) => Math.min(8000, 500 * 2 ** n);

/** Waits for a restarted kernel, by whomever it was restarted, until it answers. */
export interface KernelRevival {
  /** Until it is over, what is heard may be the old kernel's. */
  readonly underWay: boolean;
  /** One at a time: a second call waits for the first. @throws when the kernel does not answer in a minute. */
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

  /**
   * A restarted kernel's ports may have changed, and the server looks for them only for a new socket:
   * one that was opened too early reaches nobody, for good. So each try has a socket of its own.
   */
  const answers = async (tries: number, signal?: AbortSignal): Promise<true | undefined> => {
    link.reconnect();
    const limit = AbortSignal.timeout(openLimitMs);
    try {
      await link.opened(signal ? AbortSignal.any([signal, limit]) : limit);
    } catch (error) {
      if (limit.aborted && !signal?.aborted) return undefined;
      throw error;
    }
    return (await requests.ask('kernel_info_request', {}, answerLimitMs(tries), signal)) ? true : undefined;
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
      deps.onAnswer();
    } finally {
      current = undefined;
    }
  };

  return {
    get underWay() {
      return current !== undefined;
    },
    wait(signal) {
      deps.onBegin();
      current ??= begin(signal);
      return current;
    },
  };
}
