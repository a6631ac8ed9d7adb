import assert from 'node:assert/strict';
import { childNodes, grandchildNodes } from '../../../src/editor/tree/child-nodes';
import { childRow } from '../../../src/editor/tree/child-row';
import { instanceRow } from '../../../src/editor/tree/instance-row';
import { unreadWords } from '../../../src/editor/words/unread-words';
import { givenUp } from '../../../src/instances/launch-attempts';
import type { InstanceView, NotAnswering } from '../../../src/journey/lab';
import { failurePoints, type Phase } from '../../../src/instances/phase';
import { gpuInstance, hourMs, lostInstance, noAnswer, noon } from './example-views';

const failedLaunch = (): InstanceView =>
  gpuInstance({ kind: 'failed', at: 'launching', message: 'No room.', wayOut: ['retry'], since: noon });

const childrenOf = (view: InstanceView) =>
  childNodes(view).map((node) => {
    assert.ok(node.kind !== 'instance');
    const { label, description } = childRow(node, view);
    return [label, description].filter(Boolean).join(': ');
  });

describe('The line above the tree', () => {
  it('says what the last look could not read, and why', () => {
    assert.equal(unreadWords([]), '');
    const region = 'us-phoenix-1';
    const unread = [
      { profile: 'RESEARCH', why: 'signedOut' },
      { profile: 'DEFAULT', region, why: 'noAnswer' },
      { profile: 'DEFAULT', region, instance: 'trainer', why: 'refused' },
      { profile: 'OLD', why: 'unusable' },
    ] as const;
    assert.equal(
      unreadWords(unread),
      'Not read: profile RESEARCH (signed out), us-phoenix-1 of profile DEFAULT (no answer), ' +
        'instance trainer (refused) and 1 more. Machines may be running there, and billed.',
    );
  });
});

describe('An instance in the tree', () => {
  it('says state, price an hour, what it has cost and shape, in words to who hears it', () => {
    const row = instanceRow(gpuInstance({ kind: 'ready', since: noon }), noon);
    assert.equal(row.label, 'trainer');
    assert.equal(row.description, 'ready · $5.90/h · $11.80 · VM.GPU3.2');
    assert.equal(row.accessibleWords, 'trainer, ready, $5.90 an hour, $11.80 so far, VM.GPU3.2');
    assert.equal(row.expansion, 'expanded');
  });

  it('shows the state and what goes on costing at the usual width of the side bar, whatever goes on', () => {
    const step = { step: 'Doing', since: noon };
    const phases: readonly Phase[] = [
      { kind: 'planned' },
      { kind: 'launching', ...step },
      { kind: 'booting', ...step },
      { kind: 'connecting', ...step },
      { kind: 'notSetUp' },
      { kind: 'settingUp', index: 12, total: 14, ...step },
      { kind: 'ready', since: noon },
      { kind: 'ready', since: noon, warning: 'TensorFlow sees 0 of 2 GPUs.' },
      { kind: 'stopping', since: noon },
      { kind: 'stopped', since: noon },
      { kind: 'starting', since: noon },
      { kind: 'terminating', since: noon, keepBootVolume: true },
      ...failurePoints.map((at): Phase => ({ kind: 'failed', at, message: 'No.', wayOut: [], since: noon })),
      { kind: 'terminated', since: noon, keptBootVolumeId: 'disk' },
    ];
    for (const phase of phases) {
      const { record } = gpuInstance(phase);
      assert.ok(record.origin.kind === 'oci');
      const plan = { ...record.origin.plan, price: { usdPerHour: 23.6, asOf: '' } };
      const view = gpuInstance(phase, { record: { name: 'gpu-lab-2', origin: { ...record.origin, plan } } });
      const { label, description } = instanceRow(view, noon);
      const shown = `${label} ${description}`.slice(0, 38);
      assert.match(shown, / · (\$23\.60\/h|disk \$8\.50\/m)/, `${phase.kind}: ${shown}`);
    }
  });

  it('says that it goes on costing while stopped, where that is so', () => {
    const { description, tooltip } = instanceRow(
      gpuInstance({ kind: 'stopped', since: noon - hourMs }),
      noon,
    );
    assert.equal(description, 'stopped · $5.90/h · $11.80 · VM.GPU3.2');
    assert.match(tooltip ?? '', /billed in full/);
  });

  it('keeps the sum but no price an hour when it is gone', () => {
    const { description } = instanceRow(gpuInstance({ kind: 'terminated', since: noon - hourMs }), noon);
    assert.equal(description, 'terminated · $5.90 · VM.GPU3.2');
  });

  it('says that the sum is only the most that it can be, when its end was noticed later', () => {
    const { description } = instanceRow(
      gpuInstance({ kind: 'terminated', since: noon - hourMs, elsewhere: true }),
      noon,
    );
    assert.equal(description, 'terminated · at most $5.90 · VM.GPU3.2');
  });

  it('says what a kept boot volume costs, and offers to delete it', () => {
    const kept = gpuInstance({ kind: 'terminated', since: noon - hourMs, keptBootVolumeId: 'disk' });
    const { description, accessibleWords, tooltip, contextValue } = instanceRow(kept, noon);
    assert.equal(description, 'terminated · disk $8.50/month · $5.90 · VM.GPU3.2');
    assert.match(accessibleWords, /, terminated, disk kept, \$8\.50 a month, \$5\.90 so far, /);
    assert.match(tooltip ?? '', /disk kept/);
    assert.match(contextValue, /\bdeleteBootVolume\b/);
    const gone = instanceRow(gpuInstance({ kind: 'terminated', since: noon - hourMs }), noon);
    assert.doesNotMatch(gone.contextValue, /deleteBootVolume/);
  });

  it('says that a boot volume was kept which could not be found, and where to look for it', () => {
    const kept = gpuInstance({ kind: 'terminated', since: noon - hourMs, keptDiskUnknown: true });
    const { description, tooltip, contextValue } = instanceRow(kept, noon);
    assert.equal(description, 'terminated · disk not found · $8.50/month · $5.90 · VM.GPU3.2');
    assert.match(tooltip ?? '', /kept but not found, /);
    assert.match(tooltip ?? '', /look for it in the OCI Console/);
    assert.doesNotMatch(contextValue, /deleteBootVolume/);
  });

  it('names no price when a failed launch has made nothing, and does while that is not known', () => {
    const failed = failedLaunch();
    const { origin } = failed.record;
    assert.ok(origin.kind === 'oci');
    const { instanceId: _none, startedAt: _never, ...unlaunched } = origin;
    const descriptionWith = (outcome: string | undefined) =>
      instanceRow(
        {
          ...failed,
          record: {
            ...failed.record,
            origin: unlaunched,
            journal: [
              { step: 'launchInstance', at: noon, retryToken: 'once', availabilityDomain: 'AD-1', outcome },
            ],
          },
        },
        noon,
      ).description;
    assert.equal(descriptionWith('Out of host capacity.'), 'launch failed · VM.GPU3.2');
    assert.equal(descriptionWith(undefined), 'launch failed · $5.90/h · VM.GPU3.2');
    assert.equal(descriptionWith(givenUp), 'launch failed · $5.90/h · VM.GPU3.2');
  });

  it('shows what is under it when it is ready', () => {
    const view = gpuInstance(
      { kind: 'ready', since: noon },
      {
        tunnel: { kind: 'up', localPort: 8889, moved: true },
        record: {
          setup: { way: 'native', extraPackages: [], gpus: { expected: 2, found: 2, checkedAt: noon } },
        },
      },
    );
    assert.deepEqual(childrenOf(view), [
      'Setup: native packages',
      'GPUs: 2 of 2 V100',
      'Tunnel: localhost:8889 (8888 was in use)',
      'Kernels: none running',
      'Sample notebooks',
    ]);
  });

  it('says what answers in JupyterLab’s place, and what to do about it', () => {
    const tunnelRow = (because: NotAnswering) => {
      const tunnel = { kind: 'notAnswering', because, localPort: 8888, sinceMs: noon } as const;
      const view = gpuInstance({ kind: 'ready', since: noon }, { tunnel });
      return childRow({ kind: 'tunnel', id: view.record.id }, view);
    };
    assert.equal(tunnelRow('unreachable').description, 'localhost:8888 · JupyterLab does not answer');
    assert.equal(tunnelRow('wrongToken').description, 'localhost:8888 · JupyterLab refuses its token');
    assert.match(tunnelRow('wrongToken').tooltip ?? '', /Restart JupyterLab/);
    assert.match(tunnelRow('notJupyter').description ?? '', /another program answers/);
  });

  describe('whose tunnel is lost', () => {
    const tunnelRow = (view: InstanceView) => childRow({ kind: 'tunnel', id: view.record.id }, view);
    const offers = (view: InstanceView) => tunnelRow(view).contextValue.split('.').includes('isShutOut');
    const { ssh } = lostInstance(noAnswer).record;

    it('says that its port does not answer, and offers to let in from where the person is now', () => {
      const row = tunnelRow(lostInstance(noAnswer));
      assert.equal(row.description, 'port 22 does not answer · reconnecting on localhost:8888');
      assert.match(row.tooltip ?? '', /on another network now, allow your present address/);
      assert.match(row.contextValue, /^tunnel\.isDown\.isShutOut\..*\ballowMyAddress\b/);
    });

    it('says so too while it is opened again, and after it has failed', () => {
      const view = lostInstance(noAnswer);
      const starting: InstanceView = { ...view, tunnel: { kind: 'starting', lastTry: noAnswer } };
      assert.equal(tunnelRow(starting).description, 'port 22 does not answer · starting');
      const failed: InstanceView = { ...view, tunnel: { kind: 'failed', ...noAnswer } };
      assert.equal(tunnelRow(failed).description, 'port 22 does not answer');
      assert.ok(offers(starting) && offers(failed));
    });

    it('says only what is in the way where no rule of its own can be changed', () => {
      const host = lostInstance(noAnswer, { origin: { kind: 'ssh' } });
      const others = gpuInstance({ kind: 'ready', since: noon }, { tunnel: host.tunnel });
      for (const view of [host, others]) {
        assert.match(tunnelRow(view).description ?? '', /^port 22 does not answer/);
        assert.match(tunnelRow(view).tooltip ?? '', /does not answer on port 22\\\.$/);
        assert.ok(!offers(view));
      }
    });

    it('names the jump host where that one does not answer, and offers nothing of the instance’s', () => {
      const jump = { host: 'bastion', port: 2222, user: 'me', hostKeys: [] };
      const view = lostInstance(noAnswer, { ssh: { ...ssh, jump } });
      assert.match(tunnelRow(view).description ?? '', /^port 2222 of the jump host does not answer/);
      assert.ok(!offers(view));
    });

    it('offers nothing in a window that only follows', () => {
      assert.ok(!offers({ ...lostInstance(noAnswer), ownedElsewhere: true }));
    });

    it('gives another reason as its tooltip', () => {
      const row = tunnelRow(lostInstance({ message: 'SSH is not running there (yet)' }));
      assert.equal(row.description, 'reconnecting on localhost:8888');
      assert.match(row.tooltip ?? '', /SSH is not running there/);
      assert.equal(tunnelRow(lostInstance(undefined)).tooltip, undefined);
    });
  });

  it('shows each kernel with its notebook and what it does', () => {
    const view: InstanceView = {
      ...gpuInstance({ kind: 'ready', since: noon }),
      kernels: [{ id: 'k1', notebook: 'lesson.ipynb', sessionPath: 'lesson-1a2b3c4d.ipynb', state: 'busy' }],
    };
    assert.ok(childrenOf(view).includes('Kernels: 1'));
    const [kernel] = grandchildNodes({ kind: 'kernels', id: view.record.id }, view);
    assert.ok(kernel?.kind === 'kernel');
    const row = childRow(kernel, view);
    assert.deepEqual([row.label, row.description], ['lesson.ipynb', 'busy']);
  });

  it('says that TensorFlow sees fewer GPUs than the shape has, and why', () => {
    const view = gpuInstance(
      { kind: 'ready', since: noon, warning: 'TensorFlow sees 0 of 2 GPUs.' },
      {
        record: {
          setup: {
            way: 'native',
            extraPackages: [],
            gpus: {
              expected: 2,
              found: 0,
              checkedAt: noon,
              cause: 'noDriver',
              because: 'there is no driver',
            },
          },
        },
      },
    );
    assert.equal(instanceRow(view, noon).icon.id, 'warning');
    assert.ok(childrenOf(view).includes('TensorFlow sees 0 of 2 GPUs.'));
    assert.ok(childrenOf(view).includes('GPUs: 0 of 2 V100 · there is no driver'));
  });

  it('shows the step while it is being set up, and the reason when it failed', () => {
    const settingUp = gpuInstance({
      kind: 'settingUp',
      step: 'Installing TensorFlow',
      index: 3,
      total: 9,
      since: noon,
    });
    assert.deepEqual(childrenOf(settingUp), ['Setup: Installing TensorFlow (3 of 9)']);
    const begun = gpuInstance({
      kind: 'settingUp',
      step: 'Starting set-up',
      index: 0,
      total: 0,
      since: noon,
    });
    assert.deepEqual(childrenOf(begun), ['Setup: Starting set-up']);
    assert.match(instanceRow(begun, noon).description ?? '', /^setting up · /);
    const failed = failedLaunch();
    assert.deepEqual(childrenOf(failed), ['No room.']);
    assert.match(instanceRow(failed, noon).description ?? '', /^launch failed/);
  });

  it('does not let names and messages from outside act as Markdown', () => {
    const view = gpuInstance(
      { kind: 'ready', since: noon },
      { record: { name: '[x](command:evil) $(flame)' } },
    );
    assert.ok(!instanceRow(view, noon).tooltip?.includes('[x](command:evil)'));
  });
});
