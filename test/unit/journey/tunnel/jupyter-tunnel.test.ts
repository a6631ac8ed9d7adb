import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { NotAnswering } from '../../../../src/journey/lab';
import { deferred } from '../deferred';
import { startJupyterStandIn } from '../jupyter-stand-in';
import { openTunnelBed, type TunnelBed } from './tunnel-bed';

const unreachable = { kind: 'unreachable', message: 'lab-1 does not answer.' } as const;
const lookMs = 10_000;

describe('The tunnel to Jupyter', () => {
  let bed: TunnelBed;
  beforeEach(async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    bed = await openTunnelBed();
  });
  afterEach(async () => {
    mock.timers.reset();
    await bed.close();
  });

  const localPort = (): number => {
    const { view } = bed.tunnel;
    assert.ok('localPort' in view, view.kind);
    return view.localPort;
  };

  const because = (): NotAnswering => {
    const { view } = bed.tunnel;
    assert.ok(view.kind === 'notAnswering', view.kind);
    return view.because;
  };

  it('keeps its local port for the instance', async () => {
    const taken = await startJupyterStandIn('of another instance', bed.record.tunnel.localPort);
    await bed.tunnel.open();
    const first = localPort();
    assert.notEqual(first, taken.port);
    assert.equal(bed.record.tunnel.localPort, first);
    bed.tunnel.close();
    assert.equal(bed.tunnel.view.kind, 'down');
    await taken.close();
    await bed.tunnel.open();
    assert.equal(localPort(), first);
  });

  it('says when its port is not 8888, after a reload too', async () => {
    await bed.tunnel.open();
    assert.deepEqual(bed.tunnel.view, { kind: 'up', localPort: bed.record.tunnel.localPort, moved: true });
  });

  it('reads the token again, once, when Jupyter refuses the kept one', async () => {
    await bed.secrets.store(`jupyter-token:${bed.record.id}`, 'of yesterday');
    await bed.tunnel.open();
    assert.equal(bed.tunnel.view.kind, 'up');
    assert.equal(await bed.secrets.get(`jupyter-token:${bed.record.id}`), 'right');
  });

  it('is not up while Jupyter does not answer', async () => {
    bed.jupyter.answers = false;
    await bed.tunnel.open();
    assert.equal(because(), 'unreachable');
  });

  it('says when the token that was read again is refused too, and reads it no third time', async () => {
    bed.tokenOnInstance = 'of another Jupyter';
    await bed.secrets.store(`jupyter-token:${bed.record.id}`, 'of yesterday');
    await bed.tunnel.open();
    assert.equal(because(), 'wrongToken');
    assert.equal(await bed.secrets.get(`jupyter-token:${bed.record.id}`), 'of another Jupyter');
    assert.equal(bed.tokenReads, 1);
    const { asked } = bed.jupyter;
    // Two questions a probe.
    while (bed.jupyter.asked < asked + 4) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bed.tokenReads, 1);
  });

  it('says when another program answers there, and when that ends', async () => {
    bed.jupyter.isJupyter = false;
    await bed.tunnel.open();
    assert.equal(because(), 'notJupyter');
    bed.jupyter.answers = false;
    await bed.seen(() => because() === 'unreachable');
    bed.jupyter.answers = true;
    bed.jupyter.isJupyter = true;
    await bed.shows('up');
  });

  it('asks for the kernels when it is up, and when it is told to look', async () => {
    const names = () => bed.tunnel.kernels.map(({ notebook }) => notebook);
    bed.jupyter.notebooks = ['before.ipynb'];
    await bed.tunnel.open();
    await bed.seen(() => names().length > 0);
    bed.jupyter.notebooks = ['before.ipynb', 'new.ipynb'];
    await bed.tunnel.look();
    assert.deepEqual(names(), ['before.ipynb', 'new.ipynb']);
    assert.equal(bed.tunnel.kernels[1]?.sessionPath, 'new-1a2b3c4d.ipynb');
  });

  it('opens once, however many ask at the same time', async () => {
    const connecting = deferred();
    bed.beforeConnecting = connecting.promise;
    const both = [bed.tunnel.open(), bed.tunnel.open()];
    connecting.resolve();
    assert.deepEqual(await Promise.all(both), [{ kind: 'done' }, { kind: 'done' }]);
    assert.equal(bed.tries, 1);
  });

  it('stays closed when it is closed while it opens', async () => {
    const connecting = deferred();
    bed.beforeConnecting = connecting.promise;
    const opening = bed.tunnel.open();
    assert.equal(bed.tunnel.view.kind, 'starting');
    bed.tunnel.close();
    connecting.resolve();
    assert.deepEqual(await opening, { kind: 'cancelled' });
    assert.equal(bed.tunnel.view.kind, 'down');
    assert.equal(bed.tries, 0);
  });

  it('comes up by itself when the instance could not be reached at first', async () => {
    bed.outage = unreachable;
    assert.deepEqual(await bed.tunnel.open(), { kind: 'failed', message: unreachable.message });
    bed.outage = undefined;
    await bed.shows('up');
  });

  describe('says why the instance is not reached', () => {
    const silent = {
      kind: 'unreachable',
      message: 'lab-1 does not answer on port 22.',
      isSilent: true,
    } as const;
    const met = { message: silent.message, isSilent: true };

    it('while it is reconnected', async () => {
      await bed.tunnel.open();
      bed.link.becomes({ kind: 'waiting', attempt: 1, retryAtMs: 0, reason: silent });
      assert.ok(bed.tunnel.view.kind === 'reconnecting');
      assert.deepEqual(bed.tunnel.view.lastTry, met);
    });

    it('while it is opened again by itself, and not when it is up', async () => {
      bed.outage = silent;
      await bed.tunnel.open();
      assert.deepEqual(bed.tunnel.view, { kind: 'failed', ...met });
      const connecting = deferred();
      bed.beforeConnecting = connecting.promise;
      await bed.shows('starting');
      assert.deepEqual(bed.tunnel.view, { kind: 'starting', lastTry: met });
      bed.outage = undefined;
      connecting.resolve();
      await bed.shows('up');
      assert.ok(!('lastTry' in bed.tunnel.view));
    });

    it('but not of what was before, where the person opens it anew', async () => {
      bed.outage = silent;
      await bed.tunnel.open();
      void bed.tunnel.open();
      assert.deepEqual(bed.tunnel.view, { kind: 'starting' });
    });
  });

  it('is not tried again after a refused login, or when it is not wanted any more', async () => {
    bed.outage = { kind: 'authentication', message: 'The key is not taken.' };
    await bed.tunnel.open();
    bed.outage = unreachable;
    await bed.tunnel.open();
    bed.record = { ...bed.record, tunnel: { wanted: false } };
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bed.tries, 2);
    assert.equal(bed.tunnel.view.kind, 'failed');
  });

  describe('has the person look at another host key', () => {
    const another = {
      kind: 'hostKeyRefused',
      message: 'lab-1 shows another host key.',
      shown: { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:another', host: '127.0.0.1', port: 22 },
    } as const;

    it('that is shown to it', async () => {
      bed.outage = another;
      await bed.tunnel.open();
      assert.deepEqual(bed.refusals, [another]);
    });

    it('that is shown when Jupyter’s token is read first', async () => {
      bed.tokenOutage = another;
      await bed.tunnel.open();
      assert.deepEqual(bed.refusals, [another]);
      assert.equal(bed.tries, 0);
    });
  });

  it('uses the port of another window, and opens one of its own when that is gone', async () => {
    const others = await startJupyterStandIn('right');
    bed.record = { ...bed.record, tunnel: { wanted: true, localPort: others.port } };
    await bed.tunnel.open();
    assert.deepEqual([bed.tunnel.view.kind, bed.tries], ['up', 0]);
    await others.close();
    mock.timers.tick(lookMs);
    await bed.shows('starting');
    await bed.shows('up');
    assert.deepEqual([localPort(), bed.tries], [others.port, 1]);
  });
});
