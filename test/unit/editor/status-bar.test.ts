import assert from 'node:assert/strict';
import { statusText } from '../../../src/editor/status-bar/status-text';
import type { TunnelView } from '../../../src/journey/lab';
import { gpuInstance, noon } from './example-views';

const shown = (tunnel: TunnelView) =>
  statusText([gpuInstance({ kind: 'ready', since: noon }, { tunnel })], noon);

describe('The status bar', () => {
  it('is empty without an instance, and after its end', () => {
    assert.equal(statusText([], noon), undefined);
    assert.equal(statusText([gpuInstance({ kind: 'terminated', since: noon })], noon), undefined);
  });

  it('tells the tunnel’s state by icon and words', () => {
    assert.equal(shown({ kind: 'up', localPort: 8888, moved: false })?.text, '$(plug) trainer :8888');
    assert.equal(shown({ kind: 'down' })?.text, '$(debug-disconnect) trainer');
    assert.match(shown({ kind: 'up', localPort: 8889, moved: true })?.words ?? '', /8888 was in use/);
    const reconnecting = shown({ kind: 'reconnecting', localPort: 8888, sinceMs: noon - 5_000 });
    assert.match(reconnecting?.words ?? '', /lost 5 s ago/);
    const notAnswering = { kind: 'notAnswering', localPort: 8888, sinceMs: noon - 5_000 } as const;
    const silent = shown({ ...notAnswering, because: 'unreachable' });
    assert.match(silent?.words ?? '', /JupyterLab has not answered for 5 s/);
    const refused = shown({ ...notAnswering, because: 'wrongToken' });
    assert.match(refused?.words ?? '', /^The tunnel is up, but the Jupyter there refuses the token/);
  });

  it('toggles the tunnel when clicked', () => {
    const text = shown({ kind: 'down' });
    assert.deepEqual([text?.click, text?.id], ['ociGpu.toggleTunnel', 'launch-1']);
  });

  it('toggles nothing that another window holds', () => {
    const tunnel = { kind: 'up', localPort: 8888, moved: false } as const;
    const view = gpuInstance({ kind: 'ready', since: noon }, { tunnel, ownedElsewhere: true });
    const text = statusText([view], noon);
    assert.equal(text?.text, '$(plug) trainer :8888');
    assert.equal(text.words, 'Tunnel up: localhost:8888. Another window holds it.');
    assert.equal(text.click, 'ociGpu.showInstances');
  });

  it('leads to the log while an instance is being set up', () => {
    const settingUp = gpuInstance({ kind: 'settingUp', step: 'pip', index: 3, total: 9, since: noon });
    const text = statusText([settingUp], noon);
    assert.equal(text?.text, '$(loading~spin) trainer setting up 3/9');
    assert.equal(text.click, 'ociGpu.showSetupLog');
  });

  it('shows the ready one of several', () => {
    const views = [
      gpuInstance({ kind: 'stopped', since: noon }, { record: { id: 'a' } }),
      gpuInstance({ kind: 'ready', since: noon }, { record: { id: 'b' } }),
      gpuInstance({ kind: 'booting', step: 'Waiting', since: noon }, { record: { id: 'c' } }),
    ];
    assert.equal(statusText(views, noon)?.id, 'b');
  });
});
