import assert from 'node:assert/strict';
import type { KernelLink } from '../../../src/jupyter/kernel-link';
import type { KernelRequests } from '../../../src/jupyter/kernel-requests';
import { createKernelRevival, type FoundKernel } from '../../../src/jupyter/kernel-revival';
import type { Incoming } from '../../../src/jupyter/wire';

/** A server whose kernel is there after some tries; what a session id opened before that reaches nobody, for good. */
function restartedServer(triesTooEarly: number, { runsACell = false, answersUnheard = 0 } = {}) {
  const used: string[] = [];
  const deaf = new Set<string>();
  let nowMs = 0;
  const link: Pick<KernelLink, 'sessionId' | 'reconnect' | 'opened'> = {
    sessionId: 'own',
    reconnect(asSessionId = 'own') {
      if (used.length < triesTooEarly) deaf.add(asSessionId);
      used.push(asSessionId);
    },
    opened: () => Promise.resolve(),
  };
  const isThere = () => !deaf.has(used.at(-1) ?? '');
  let unheard = 0;
  const requests: Pick<KernelRequests, 'ask' | 'isHeard'> = {
    ask(type, _content, limitMs) {
      assert.equal(type, 'kernel_info_request');
      if (isThere() && !runsACell) return Promise.resolve({ type: 'kernel_info_reply' } as Incoming);
      nowMs += limitMs;
      return Promise.resolve(undefined);
    },
    isHeard(limitMs, _signal, channel = 'shell') {
      if (isThere() && runsACell === (channel === 'control') && unheard++ >= answersUnheard) {
        return Promise.resolve(true);
      }
      nowMs += limitMs;
      return Promise.resolve(false);
    },
  };
  const clock = {
    now: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const startedAnew: number[] = [];
  let begun = 0;
  const found: FoundKernel[] = [];
  const revival = createKernelRevival({
    link: link as KernelLink,
    requests: requests as KernelRequests,
    clock,
    startAnew: () => {
      startedAnew.push(nowMs);
      return Promise.resolve();
    },
    onBegin: () => begun++,
    onAnswer: (kernel) => {
      assert.equal(revival.underWay, false, 'who hears of the answer may send cells');
      found.push(kernel);
    },
  });
  return { revival, used, startedAnew, found, counts: () => ({ begun, answered: found.length }) };
}

describe('A restarted kernel', () => {
  it('is found although early tries reach nobody, and the link has its own session id again', async () => {
    const { revival, used, counts } = restartedServer(3);
    await revival.wait();
    assert.equal(used.at(-1), 'own');
    assert.equal(
      used.indexOf('own'),
      used.length - 1,
      'the own id is used when the kernel is there, not before',
    );
    assert.equal(new Set(used).size, used.length, 'each try has an id of its own');
    assert.deepEqual(counts(), { begun: 1, answered: 1 });
    assert.equal(revival.underWay, false);
  });

  it('is there when what it publishes is heard, which can take a moment longer than its reply', async () => {
    const { revival, used } = restartedServer(0, { answersUnheard: 2 });
    await revival.wait();
    assert.equal(used.length, 2, 'the socket that heard the reply is kept');
  });

  it('is waited for anew when it is restarted again meanwhile: what answered may be the kernel before', async () => {
    const { revival, used, counts } = restartedServer(0);
    await Promise.all([revival.wait(), revival.wait()]);
    assert.equal(used.length, 4);
    assert.deepEqual(counts(), { begun: 2, answered: 1 });
    assert.equal(revival.underWay, false);
  });

  it('is asked for once more when nothing answers for 30 s', async () => {
    const { revival, startedAnew } = restartedServer(Infinity);
    await assert.rejects(revival.wait());
    assert.equal(startedAnew.length, 1);
    assert.ok((startedAnew[0] ?? 0) >= 30_000);
  });

  it('is taken as it is when it runs a cell already, and is called busy', async () => {
    const { revival, used, startedAnew, found } = restartedServer(3, { runsACell: true });
    await revival.wait();
    assert.deepEqual(startedAnew, []);
    assert.equal(used.at(-1), 'own');
    assert.deepEqual(found, ['busy']);
  });

  it('is heard by other channels when another session id comes between, and waits until nobody else looks for it', async () => {
    const { revival, used, found } = restartedServer(0);
    await Promise.all([revival.wait(), revival.renewLink()]);
    assert.deepEqual(used.slice(1), ['own', used[2], 'own']);
    assert.notEqual(used[2], 'own');
    assert.deepEqual(found, ['idle']);
  });

  it('is given up after 90 s, and the link has its own session id again', async () => {
    const { revival, used, counts } = restartedServer(Infinity);
    await assert.rejects(revival.wait(), /the restarted kernel: not within 90 s/);
    assert.equal(counts().answered, 0);
    assert.equal(revival.underWay, false);
    assert.equal(used.at(-1), 'own');
  });
});
