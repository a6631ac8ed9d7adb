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

export function createEndProbe(deps: { send(request: Request): void }): EndProbe {
  let asked:
    | { readonly id: string; readonly covers: Execution | undefined; replied: boolean; idle: boolean }
    | undefined;
  return {
    send(covers) {
      const request = newRequest('shell', 'kernel_info_request', {});
      asked = { id: request.id, covers, replied: false, idle: false };
      deps.send(request);
    },
    take(message) {
      if (!asked || message.parentId !== asked.id) return;
      if (message.channel === 'shell') asked.replied = true;
      if (statusWord(message) === 'idle') asked.idle = true;
      // Each channel keeps its order, but they overtake each other: only both prove that nothing is to come.
      if (!asked.replied || !asked.idle) return;
      const { covers } = asked;
      asked = undefined;
      if (covers && !covers.ended) covers.endUnseen();
    },
    forget() {
      asked = undefined;
    },
  };
}
