import type { InstanceView } from '../../journey/lab';
import { fitting } from '../commands/commands';

/** What is told of a try to reach an instance. */
export interface LastTryWords {
  /** For a row of the tree; absent where only a sentence says it. */
  readonly short?: string;
  /** What the try met and, where that may mend it, what to do. */
  readonly message: string;
  /** A person who has moved since their address was allowed would meet the same. */
  readonly mayAllow: boolean;
}

/** What the last try to reach the instance met; undefined while nothing is known to be in the way. */
export function lastTryWords(view: InstanceView): LastTryWords | undefined {
  const { tunnel, record } = view;
  const met = tunnel.kind === 'failed' ? tunnel : 'lastTry' in tunnel ? tunnel.lastTry : undefined;
  if (!met?.isSilent) return met && { message: met.message, mayAllow: false };
  const { port, jump } = record.ssh;
  // Silence is seen from here, where only the jump host is.
  const place = jump ? `port ${jump.port} of the jump host` : `port ${port}`;
  const mayAllow = !jump && fitting('ociGpu.allowMyAddress', [view]).length > 0;
  return {
    short: `${place} does not answer`,
    message: mayAllow ? `${met.message} ${moved}` : met.message,
    mayAllow,
  };
}

const moved = 'If you are on another network now, allow your present address.';
