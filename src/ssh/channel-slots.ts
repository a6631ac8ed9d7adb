import type { Disposable } from '../ports/disposable';

/** Who goes first when all channels are taken. */
export type ChannelUse = 'shell' | 'command';

/** Hands out a limited number of session channels, shells first. */
export interface ChannelSlots {
  /** Waits for a free channel; dispose of what it gives to free it. @throws the signal's reason when aborted. */
  acquire(use: ChannelUse, signal?: AbortSignal): Promise<Disposable>;
}

/**
 * sshd refuses the eleventh session of a connection (MaxSessions 10 by default, sshd_config(5)):
 * whoever comes when `limit` are taken waits instead of failing.
 */
export function createChannelSlots(limit: number): ChannelSlots {
  let free = limit;
  const waiting: Record<ChannelUse, Set<() => void>> = { shell: new Set(), command: new Set() };

  function slot(): Disposable {
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        free++;
        serveNext();
      },
    };
  }

  function serveNext(): void {
    if (free === 0) return;
    const queue = waiting.shell.size > 0 ? waiting.shell : waiting.command;
    const [next] = queue;
    if (next === undefined) return;
    queue.delete(next);
    next();
  }

  return {
    acquire: async (use, signal) => {
      signal?.throwIfAborted();
      if (free > 0) {
        free--;
        return slot();
      }
      return await new Promise<Disposable>((resolve, reject) => {
        const serve = () => {
          signal?.removeEventListener('abort', giveUp);
          free--;
          resolve(slot());
        };
        const giveUp = () => {
          waiting[use].delete(serve);
          reject(abortReason(signal));
        };
        waiting[use].add(serve);
        signal?.addEventListener('abort', giveUp, { once: true });
      });
    },
  };
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('Cancelled', { cause: reason });
}
