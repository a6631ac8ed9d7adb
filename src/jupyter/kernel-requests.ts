import type { Incoming, Request } from './wire';
import { newRequest } from './wire';

/** Short questions to a kernel (completion, `kernel_info`), beside its cells. */
export interface KernelRequests {
  /**
   * `undefined` when no reply came within `limitMs` or `signal` aborted.
   * @param channel a kernel that runs a cell answers on `control` alone
   */
  ask(
    type: string,
    content: Record<string, unknown>,
    limitMs: number,
    signal?: AbortSignal,
    channel?: 'shell' | 'control',
  ): Promise<Incoming | undefined>;
  /** Every message passes here: a reply goes to whoever asked. */
  take(message: Incoming): void;
}

export function createKernelRequests(deps: { send(request: Request): void }): KernelRequests {
  const waiting = new Map<string, (reply: Incoming) => void>();
  return {
    async ask(type, content, limitMs, signal, channel = 'shell') {
      const asked = newRequest(channel, type, content);
      const limit = AbortSignal.timeout(limitMs);
      const end = signal ? AbortSignal.any([signal, limit]) : limit;
      if (end.aborted) return undefined;
      try {
        return await new Promise<Incoming | undefined>((resolve) => {
          waiting.set(asked.id, resolve);
          end.addEventListener('abort', () => resolve(undefined), { once: true });
          deps.send(asked);
        });
      } finally {
        waiting.delete(asked.id);
      }
    },
    take(message) {
      if (message.channel === 'shell' || message.channel === 'control')
        waiting.get(message.parentId)?.(message);
    },
  };
}
