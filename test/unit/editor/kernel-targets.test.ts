import assert from 'node:assert/strict';
import { createKernelTargets } from '../../../src/editor/kernel-targets';
import type { InstanceView, Lab, NotAnswering, TunnelView } from '../../../src/journey/lab';
import { EventSource } from '../../../src/ports/disposable';
import { silentLogger } from '../../../src/ports/logger';
import { gpuInstance, lostInstance, noAnswer, noon } from './example-views';

/** A ready instance whose tunnel the test changes. */
function openTargets(first: TunnelView, instance = gpuInstance({ kind: 'ready', since: noon })) {
  const changes = new EventSource<void>();
  let view: InstanceView = { ...instance, tunnel: first };
  const looks: string[] = [];
  const lab: Pick<Lab, 'instances' | 'onDidChange' | 'get' | 'jupyter' | 'kernels'> = {
    get instances() {
      return [view];
    },
    onDidChange: changes.event,
    get: () => view,
    jupyter: async () => ({ baseUrl: 'http://127.0.0.1:8888/', token: 'a token' }),
    kernels: async (id) => {
      looks.push(id);
      return [];
    },
  };
  const [target] = createKernelTargets(lab, silentLogger).current();
  assert.ok(target);
  return {
    target,
    looks,
    ask: (signal = new AbortController().signal) => target.server(signal),
    become: (tunnel: TunnelView) => {
      view = { ...view, tunnel };
      changes.fire();
    },
  };
}

describe('A cell that is run', () => {
  const notAnswering = (because: NotAnswering) =>
    openTargets({ kind: 'notAnswering', because, localPort: 8888, sinceMs: noon }).ask();

  it('waits for a tunnel that is coming up', async () => {
    const { ask, become } = openTargets({ kind: 'starting' });
    const answer = ask();
    become({ kind: 'up', localPort: 8888, moved: false });
    assert.equal((await answer).kind, 'server');
  });

  it('stops waiting when it is stopped', async () => {
    const { ask } = openTargets({ kind: 'starting' });
    const stop = new AbortController();
    const answer = ask(stop.signal);
    stop.abort(new Error('Stopped.'));
    await assert.rejects(answer, /Stopped/);
  });

  it('offers to bring a tunnel up that is down, and never to take it down', async () => {
    const answer = await openTargets({ kind: 'down' }).ask();
    assert.ok(answer.kind === 'notReady');
    assert.equal(answer.reason, 'The tunnel to trainer is down.');
    assert.deepEqual(answer.actions, [
      { title: 'Bring It Up', command: 'ociGpu.toggleTunnel', arguments: [{ id: 'launch-1', wanted: true }] },
    ]);
  });

  it('says that JupyterLab does not answer when that is so', async () => {
    const answer = await notAnswering('unreachable');
    assert.ok(answer.kind === 'notReady');
    assert.match(answer.reason, /^The tunnel to trainer is up, but JupyterLab does not answer\. The machine/);
    assert.deepEqual(
      answer.actions.map(({ title }) => title),
      ['Open Shell', 'Set Up Again'],
    );
  });

  it('says that port 22 does not answer when that is so, whatever the tunnel does meanwhile', async () => {
    const lost = lostInstance(noAnswer);
    const titlesFor = async (tunnel: TunnelView): Promise<readonly string[]> => {
      const answer = await openTargets(tunnel, lost).ask();
      assert.ok(answer.kind === 'notReady', tunnel.kind);
      assert.equal(
        answer.reason,
        'trainer cannot be reached: 198.51.100.9 does not answer on port 22. ' +
          'If you are on another network now, allow your present address. The machine is billed meanwhile.',
      );
      return answer.actions.map(({ title }) => title);
    };
    assert.deepEqual(await titlesFor(lost.tunnel), ['Allow My Present Address']);
    assert.deepEqual(await titlesFor({ kind: 'starting', lastTry: noAnswer }), ['Allow My Present Address']);
    assert.deepEqual(await titlesFor({ kind: 'failed', ...noAnswer }), [
      'Allow My Present Address',
      'Try Again',
    ]);
  });

  it('offers no rule of OCI’s, and speaks of no bill, where an SSH host does not answer', async () => {
    const host = lostInstance(noAnswer, { origin: { kind: 'ssh' } });
    const answer = await openTargets(host.tunnel, host).ask();
    assert.ok(answer.kind === 'notReady');
    assert.equal(answer.reason, 'trainer cannot be reached: 198.51.100.9 does not answer on port 22.');
    assert.deepEqual(answer.actions, []);
  });

  it('runs through a short drop, when the link is back', async () => {
    for (const lastTry of [undefined, { message: 'This computer is offline.' }]) {
      const { tunnel } = lostInstance(lastTry);
      assert.equal((await openTargets(tunnel).ask()).kind, 'server');
    }
  });

  it('says what answers in JupyterLab’s place, and what to do about it', async () => {
    const refused = await notAnswering('wrongToken');
    assert.match(refused.kind === 'notReady' ? refused.reason : '', /refuses the token.*Restart JupyterLab/);
    const other = await notAnswering('notJupyter');
    assert.match(other.kind === 'notReady' ? other.reason : '', /another program.*Stop that program/);
  });
});

describe('Kernels that a notebook starts or ends', () => {
  it('are looked at again', () => {
    const { target, looks } = openTargets({ kind: 'up', localPort: 8888, moved: false });
    target.kernelsChanged();
    assert.deepEqual(looks, ['launch-1']);
  });
});
