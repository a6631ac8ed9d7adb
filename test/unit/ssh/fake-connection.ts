import { EventSource } from '../../../src/ports/disposable';
import type { SshConnection, SshState } from '../../../src/ssh/types';

/** A connection to nowhere, and its link, which does what the test says. */
export interface FakeConnection {
  readonly connection: SshConnection;
  /** The link is in this state from now on. */
  becomes(state: SshState): void;
}

/** @param uses What the test expects to be asked for, besides connecting; all else fails. */
export function createFakeConnection(
  uses: Partial<Pick<SshConnection, 'connect' | 'forward'>> = {},
): FakeConnection {
  const states = new EventSource<SshState>();
  let state: SshState = { kind: 'idle' };
  const becomes = (next: SshState): void => {
    state = next;
    states.fire(next);
  };
  const unused = (): Promise<never> =>
    Promise.reject(new Error('The connection is not expected to be asked for this.'));
  const connection: SshConnection = {
    get state() {
      return state;
    },
    onState: states.event,
    connect: async (wait) => {
      await uses.connect?.(wait);
      becomes({ kind: 'connected' });
    },
    forward: uses.forward ?? unused,
    hold: () => ({ dispose: () => undefined }),
    nudge: () => undefined,
    dispose: () => undefined,
    exec: unused,
    stream: unused,
    writeFile: unused,
    readFile: unused,
    shell: unused,
  };
  return { connection, becomes };
}
