import { statusWord } from './kernel-state';
import type { Incoming, Request } from './wire';
import { newRequest } from './wire';

/** Short questions to a kernel (completion, `kernel_info`), beside its cells. */
export interface KernelRequests {
  /** Asks on the shell channel; `undefined` when no reply came within `limitMs` or `signal` aborted. */
  ask(
    type: string,
    content: Record<string, unknown>,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<Incoming | undefined>;
  /**
   * Whether the kernel replies, and what it publishes is heard too: after a death Jupyter Server may still take it for
   * busy, and then does not wait until the link is subscribed (seen with 2.21).
   * @param channel a kernel that runs a cell answers on `control` alone
   */
  isHeard(limitMs: number, signal?: AbortSignal, channel?: 'shell' | 'control'): Promise<boolean>;
  /** Every message passes here: a reply goes to whoever asked. */
  take(message: Incoming): void;
}

export function createKernelRequests(deps: { send(request: Request): void }): KernelRequests {
  const waiting = new Map<string, (message: Incoming) => void>();

  /** Sends it. @returns the message with which `isAnswered` is true */
  const send = async (
    asked: Request,
    limitMs: number,
    signal: AbortSignal | undefined,
    isAnswered: (message: Incoming) => boolean,
  ): Promise<Incoming | undefined> => {
    const limit = AbortSignal.timeout(limitMs);
    const end = signal ? AbortSignal.any([signal, limit]) : limit;
    if (end.aborted) return undefined;
    try {
      return await new Promise<Incoming | undefined>((resolve) => {
        waiting.set(asked.id, (message) => {
          if (isAnswered(message)) resolve(message);
        });
        end.addEventListener('abort', () => resolve(undefined), { once: true });
        deps.send(asked);
      });
    } finally {
      waiting.delete(asked.id);
    }
  };

  return {
    ask: (type, content, limitMs, signal) =>
      send(newRequest('shell', type, content), limitMs, signal, ({ channel }) => channel === 'shell'),
    async isHeard(limitMs, signal, channel = 'shell') {
      let replied = false;
      let idle = false;
      const request = newRequest(channel, 'kernel_info_request', {});
      const answer = await send(request, limitMs, signal, (message) => {
        replied ||= message.channel === channel;
        idle ||= statusWord(message) === 'idle';
        return replied && idle;
      });
      return answer !== undefined;
    },
    take: (message) => waiting.get(message.parentId)?.(message),
  };
}
