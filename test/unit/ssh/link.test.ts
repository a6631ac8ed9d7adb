import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/ports/logger';
import { SshError } from '../../../src/ssh/errors';
import { createLink } from '../../../src/ssh/link';
import type { SshFailure } from '../../../src/ssh/types';
import { orAborted } from '../../../src/waiting/or-aborted';
import { deferred } from '../journey/deferred';

describe('A link that is nudged', () => {
  const silent: SshFailure = { kind: 'unreachable', message: 'lab-1 does not answer.', isSilent: true };
  /** It ends the row of tries. */
  const refused: SshFailure = { kind: 'authentication', message: 'The key is not taken.' };

  /** Opens a link whose pauses never end by themselves, and whose tries do what the test says, one after the other. */
  function openLink(...tries: readonly ((signal: AbortSignal) => Promise<never>)[]) {
    const states: string[] = [];
    const pausing = deferred();
    let tried = 0;
    const link = createLink({
      host: 'lab-1',
      open: (signal) => (tries[tried++] ?? assert.fail('It is tried too often.'))(signal),
      logger: silentLogger,
      clock: {
        now: () => 0,
        sleep: (_ms, signal = new AbortController().signal) =>
          orAborted(new Promise<void>(() => undefined), signal),
      },
      backoff: { firstMs: 1_000, factor: 2, maxMs: 1_000 },
    });
    link.onState((state) => {
      states.push(state.kind === 'connecting' ? `try ${state.attempt}` : state.kind);
      if (state.kind === 'waiting') pausing.resolve();
    });
    link.hold();
    return { link, states, pausing: pausing.promise, end: link.client() };
  }
  const meets = (failure: SshFailure) => () => Promise.reject(new SshError(failure));

  it('begins the next try without a pause, as the first of a row', async () => {
    const { link, states, pausing, end } = openLink(meets(silent), meets(refused));
    await pausing;
    link.nudge();
    await assert.rejects(end, /not taken/);
    assert.deepEqual(states, ['try 1', 'waiting', 'try 1', 'failed']);
  });

  it('does not wait for the end of a try that hangs, which is no failure', async () => {
    const hanging = deferred();
    const { link, states, end } = openLink((signal) => {
      hanging.resolve();
      return orAborted(new Promise<never>(() => undefined), signal);
    }, meets(refused));
    await hanging.promise;
    link.nudge();
    await assert.rejects(end, /not taken/);
    assert.deepEqual(states, ['try 1', 'try 1', 'failed']);
  });
});
