import assert from 'node:assert/strict';
import { createTunnel, type TunnelState } from '../../../src/ssh/tunnel';
import type { SshState } from '../../../src/ssh/types';
import { deferred } from '../journey/deferred';
import { createFakeConnection } from './fake-connection';

describe('A tunnel whose link drops during its first probe', () => {
  const changedKey = {
    kind: 'hostKeyChanged',
    message: 'lab-1 shows another host key.',
    shown: { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:another', host: '127.0.0.1', port: 22 },
    expected: [],
  } as const;

  /** Starts one, and lets the link become this while the probe waits, which then fails. */
  async function droppedTo(...links: readonly SshState[]) {
    const { connection, becomes } = createFakeConnection();
    const [probing, answer] = [deferred(), deferred()];
    let answers = false;
    const probe = async (): Promise<boolean> => {
      probing.resolve();
      await answer.promise;
      return answers;
    };
    const tunnel = createTunnel({ connection, localPort: 0, probe });
    const started = tunnel.start();
    await probing.promise;
    for (const link of links) becomes(link);
    answer.resolve();
    const reached = await started;
    const comesBack = async (): Promise<TunnelState> => {
      answers = true;
      const up = new Promise<TunnelState>((resolve) => tunnel.onState(resolve));
      becomes({ kind: 'connected' });
      return await up;
    };
    return { tunnel, reached, comesBack };
  }

  it('reconnects, and is up when the link is back', async () => {
    const { tunnel, reached, comesBack } = await droppedTo(
      { kind: 'idle' },
      { kind: 'connecting', attempt: 1 },
    );
    assert.equal(reached.kind, 'reconnecting');
    assert.equal((await comesBack()).kind, 'up');
    tunnel.dispose();
  });

  it('has failed when the link has, and says why', async () => {
    const { tunnel, reached } = await droppedTo({ kind: 'idle' }, { kind: 'failed', reason: changedKey });
    assert.deepEqual(reached, { kind: 'failed', reason: changedKey });
    tunnel.dispose();
  });
});

describe('A tunnel whose link is away', () => {
  const silent = {
    kind: 'unreachable',
    message: 'lab-1 does not answer on port 22.',
    isSilent: true,
  } as const;
  const waiting = { kind: 'waiting', attempt: 1, retryAtMs: 0, reason: silent } as const;
  const reasonIn = (state: TunnelState) => ('reason' in state ? state.reason : undefined);

  it('says what the last try met while the next one goes on, and nothing of a row that begins anew', async () => {
    const { connection, becomes } = createFakeConnection();
    const tunnel = createTunnel({ connection, localPort: 0 });
    await tunnel.start();
    const reasonAfter = (link: SshState) => {
      becomes(link);
      assert.equal(tunnel.state.kind, 'reconnecting');
      return reasonIn(tunnel.state);
    };
    assert.equal(reasonAfter({ kind: 'idle' }), undefined);
    assert.equal(reasonAfter({ kind: 'connecting', attempt: 1 }), undefined);
    assert.equal(reasonAfter(waiting), silent);
    assert.equal(reasonAfter({ kind: 'connecting', attempt: 2 }), silent);
    assert.equal(reasonAfter({ kind: 'connecting', attempt: 1 }), undefined);
    tunnel.dispose();
  });

  it('says so before it has been up, too', async () => {
    const connected = deferred();
    const { connection, becomes } = createFakeConnection({
      connect: async () => {
        becomes(waiting);
        await connected.promise;
      },
    });
    const tunnel = createTunnel({ connection, localPort: 0 });
    const tried = new Promise<TunnelState>((resolve) =>
      tunnel.onState((state) => {
        if (reasonIn(state)) resolve(state);
      }),
    );
    const started = tunnel.start();
    assert.deepEqual(await tried, { kind: 'starting', reason: silent });
    connected.resolve();
    assert.equal((await started).kind, 'up');
    tunnel.dispose();
  });
});
