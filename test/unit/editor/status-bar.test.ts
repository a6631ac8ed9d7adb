import assert from 'node:assert/strict';
import { statusText } from '../../../src/editor/status-bar/status-text';
import type { TunnelView } from '../../../src/journey/lab';
import { gpuInstance, lostInstance, noAnswer, noon } from './example-views';

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

  it('says why a lost instance is not reached, and what to do about it', () => {
    const lost = statusText([lostInstance(noAnswer)], noon);
    assert.equal(lost?.text, '$(sync~spin) trainer · port 22 does not answer');
    assert.equal(
      lost.words,
      'Tunnel lost 5 s ago, reconnecting. 198.51.100.9 does not answer on port 22. ' +
        'If you are on another network now, allow your present address. Click to take it down.',
    );
    assert.equal(lost.mayAllow, true);
    const refused = statusText([lostInstance({ message: 'It answers, but not on port 22.' })], noon);
    assert.equal(refused?.text, '$(sync~spin) trainer :8888');
    assert.match(refused.words, /reconnecting\. It answers, but not on port 22\. Click/);
    assert.equal(refused.mayAllow, undefined);
  });

  it('says so too while a tunnel is opened again, and after it has failed', () => {
    const view = lostInstance(noAnswer);
    for (const [tunnel, icon] of [
      [{ kind: 'starting', lastTry: noAnswer }, '$(loading~spin)'],
      [{ kind: 'failed', ...noAnswer }, '$(warning)'],
    ] as const) {
      const text = statusText([{ ...view, tunnel }], noon);
      assert.equal(text?.text, `${icon} trainer · port 22 does not answer`);
      assert.match(text.words, /does not answer on port 22\. If you are on another network.* Click to/);
      assert.equal(text.mayAllow, true);
    }
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

  it('shows what works, then what goes on, then what has failed, then what is still to be set up', () => {
    const tunnel = { kind: 'up', localPort: 8888, moved: false } as const;
    const inOrder = [
      gpuInstance({ kind: 'ready', since: noon }, { tunnel }),
      gpuInstance({ kind: 'ready', since: noon }),
      gpuInstance({ kind: 'booting', step: 'Waiting', since: noon }),
      gpuInstance({ kind: 'failed', at: 'connecting', message: 'no', wayOut: [], since: noon }),
      gpuInstance({ kind: 'notSetUp' }),
      gpuInstance({ kind: 'stopped', since: noon }),
    ].map((view, place) => ({ ...view, record: { ...view.record, id: String(place), createdAt: place } }));
    const shownOf = inOrder.map((_view, place) => statusText(inOrder.slice(place), noon)?.id);
    assert.deepEqual(shownOf, ['0', '1', '2', '3', '4', '5']);
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
