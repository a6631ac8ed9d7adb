import assert from 'node:assert/strict';
import { createKernelTargets } from '../../../src/editor/kernel-targets';
import type { Lab, NotAnswering, TunnelView } from '../../../src/journey/lab';
import { EventSource } from '../../../src/ports/disposable';
import { silentLogger } from '../../../src/ports/logger';
import { gpuInstance, noon } from './example-views';

/** A ready instance whose tunnel the test changes. */
function openTargets(first: TunnelView) {
  const changes = new EventSource<void>();
  let view = gpuInstance({ kind: 'ready', since: noon }, { tunnel: first });
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
