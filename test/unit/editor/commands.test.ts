import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { commands, fitting, verbOf, verbsFor, type Command } from '../../../src/editor/commands/commands';
import { contextOf } from '../../../src/editor/commands/context-of';
import { awaitsSignIn } from '../../../src/editor/commands/fits';
import { checkStillFits, fittingView } from '../../../src/editor/commands/fitting-view';
import { partFailure, readFailure } from '../../../src/editor/access/read-failure';
import { nextActions } from '../../../src/editor/commands/next-actions';
import { childRow } from '../../../src/editor/tree/child-row';
import { instanceRow } from '../../../src/editor/tree/instance-row';
import type { InstanceView, UnreadReason } from '../../../src/journey/lab';
import { gpuInstance, lostInstance, noAnswer, noon } from './example-views';

const menuSchema = v.array(
  v.object({ command: v.string(), when: v.optional(v.string(), ''), group: v.optional(v.string(), '') }),
);
const whole = v.parse(
  v.object({
    activationEvents: v.array(v.string()),
    contributes: v.object({
      commands: v.array(
        v.object({
          command: v.string(),
          title: v.string(),
          category: v.string(),
          icon: v.optional(v.string()),
        }),
      ),
      menus: v.record(v.string(), menuSchema),
      viewsWelcome: v.array(v.object({ contents: v.string(), when: v.string() })),
    }),
  }),
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const manifest = whole.contributes;
const words = v.parse(v.record(v.string(), v.string()), JSON.parse(readFileSync('package.nls.json', 'utf8')));
const inWords = (text: string) =>
  text.replace(/^%(.+)%$/, (_all, key: string) => words[key] ?? `no text for ${key}`);
const list: readonly Command[] = commands;

describe('The extension', () => {
  it('wakes with the editor, so that what is billed is shown whatever view is open', () => {
    assert.ok(whole.activationEvents.includes('onStartupFinished'));
  });
});

describe('The commands', () => {
  it('are the same in code and in package.json', () => {
    const declared = manifest.commands.map(({ command, title, icon }) => ({
      id: command,
      title: inWords(title),
      icon,
    }));
    const coded = list.map(({ id, title, icon }) => ({ id, title, icon: icon && `$(${icon})` }));
    assert.deepEqual(declared, coded);
  });

  it('stand under one category', () => {
    assert.deepEqual(new Set(manifest.commands.map(({ category }) => category)), new Set(['OCI GPU']));
  });

  it('hide in the palette while no instance fits', () => {
    const hidden = new Map(
      (manifest.menus['commandPalette'] ?? []).map(({ command, when }) => [command, when]),
    );
    const expected = list
      .filter(({ fits }) => fits)
      .map(({ id }): [string, string] => [id, `ociGpu.can.${verbOf(id)}`]);
    assert.deepEqual(hidden, new Map(expected));
  });

  it('are offered in the tree only on rows that they fit', () => {
    for (const { command, when } of manifest.menus['view/item/context'] ?? []) {
      assert.match(when, new RegExp(`\\\\b${verbOf(command)}\\\\b`), `${command}: ${when}`);
    }
  });

  it('are named by welcome texts and menus as they are', () => {
    const ids = new Set<string>(list.map(({ id }) => id));
    const links = manifest.viewsWelcome.flatMap(({ contents }) => [
      ...inWords(contents).matchAll(/command:([\w.]+)/g),
    ]);
    const named = [
      ...links.map((match) => match[1] ?? ''),
      ...Object.values(manifest.menus).flatMap((menu) => menu.map(({ command }) => command)),
    ];
    assert.deepEqual(
      named.filter((id) => !ids.has(id)),
      [],
    );
  });

  const inline = (manifest.menus['view/item/context'] ?? []).filter(({ group }) =>
    group.startsWith('inline'),
  );
  const buttonsOn = (contextValue: string): readonly string[] =>
    inline
      .filter(({ when }) => new RegExp(/viewItem =~ \/(.+)\//.exec(when)?.[1] ?? '^$').test(contextValue))
      .toSorted((a, b) => a.group.localeCompare(b.group))
      .map(({ command }) => command);

  it('have icons where they are buttons on a row', () => {
    for (const { command } of inline) assert.ok(list.find(({ id }) => id === command)?.icon, command);
  });

  it('begin the row of a lost tunnel with the way out, where the port gives no answer', () => {
    const lost = [noAnswer, undefined].map((lastTry) => {
      const view = lostInstance(lastTry);
      return buttonsOn(childRow({ kind: 'tunnel', id: view.record.id }, view).contextValue);
    });
    const always = ['ociGpu.toggleTunnel', 'ociGpu.openJupyterLab'];
    assert.deepEqual(lost, [['ociGpu.allowMyAddress', ...always], always]);
  });

  it('show at most three buttons on a row, whatever its state', () => {
    for (const view of [
      gpuInstance({ kind: 'ready', since: noon }),
      gpuInstance({ kind: 'stopped', since: noon }),
      gpuInstance({ kind: 'settingUp', step: 'pip', index: 3, total: 9, since: noon }),
      gpuInstance({
        kind: 'failed',
        at: 'settingUp',
        message: 'no',
        wayOut: ['retry', 'setUp'],
        since: noon,
      }),
    ]) {
      const { contextValue } = instanceRow(view, noon);
      const shown = buttonsOn(contextValue);
      assert.ok(shown.length <= 3, `${view.record.phase.kind}: ${shown.join()}`);
    }
  });
});

describe('The welcome view', () => {
  /** What it shows while these context keys hold. */
  const shown = (keys: Readonly<Record<string, boolean | string>>) =>
    manifest.viewsWelcome
      .filter(({ when }) =>
        when.split(' && ').every((clause) => {
          const [key = '', value] = clause.replace('!', '').split(' == ');
          if (value !== undefined) return keys[key] === value;
          return clause.startsWith('!') !== Boolean(keys[key]);
        }),
      )
      .map(({ contents }) => contents);
  const read = { 'ociGpu.loaded': true, 'ociGpu.hasAccess': true };
  const partOf = (why: UnreadReason): string =>
    partFailure([{ profile: 'OTHER', why }]) ?? assert.fail('all was read');

  it('says that there is no instance only when the cloud has said so', () => {
    assert.deepEqual(shown({}), ['%welcome.loading%']);
    assert.deepEqual(shown({ 'ociGpu.hasAccess': true }), ['%welcome.loading%']);
    assert.deepEqual(shown(read), ['%welcome.empty%']);
    assert.deepEqual(shown({ 'ociGpu.loaded': true }), ['%welcome.noAccess%']);
  });

  it('says that the cloud could not be read, and what to do about it', () => {
    const refused = { message: '401', kind: 'notAuthenticated' };
    const ended = readFailure(Object.assign(new Error(), { ...refused, endedSession: 'work' }));
    assert.deepEqual(shown({ ...read, 'ociGpu.readFailed': ended }), ['%welcome.signIn%']);
    const badKey = readFailure(Object.assign(new Error(), { ...refused, endedSession: undefined }));
    assert.deepEqual(shown({ ...read, 'ociGpu.readFailed': badKey }), ['%welcome.unread%']);
    const offline = readFailure(new Error('offline'));
    assert.deepEqual(shown({ ...read, 'ociGpu.readFailed': offline }), ['%welcome.unread%']);
    assert.deepEqual(shown({ ...read, 'ociGpu.readFailed': partOf('signedOut') }), ['%welcome.partSignIn%']);
    assert.deepEqual(shown({ ...read, 'ociGpu.readFailed': partOf('passphrase') }), ['%welcome.part%']);
    assert.match(inWords('%welcome.signIn%'), /billed.*command:ociGpu\.signIn.*refresh.*showLog/s);
  });
});

describe('What can be done with an instance', () => {
  const ready = gpuInstance({ kind: 'ready', since: noon });

  it('follows its state', () => {
    assert.ok(verbsFor(ready).includes('openJupyterLab'));
    assert.ok(!verbsFor(ready).includes('startInstance'));
    const stopped = verbsFor(gpuInstance({ kind: 'stopped', since: noon }));
    assert.ok(stopped.includes('startInstance') && stopped.includes('terminateInstance'));
    assert.ok(!stopped.includes('openShell'));
  });

  it('is to correct the packages after a set-up that failed, by a name that pip does not know for one', () => {
    const failed = gpuInstance({ kind: 'failed', at: 'settingUp', message: 'no', wayOut: [], since: noon });
    assert.ok(verbsFor(failed).includes('addPackages'));
  });

  it('is cancel, not terminate, while it is being launched', () => {
    const launching = verbsFor(gpuInstance({ kind: 'launching', step: 'Creating the network', since: noon }));
    assert.ok(launching.includes('cancel') && !launching.includes('terminateInstance'));
  });

  it('is terminate after a launch of which nobody knows whether it made an instance', () => {
    const { record } = ready;
    if (record.origin.kind !== 'oci') throw new Error('not an instance');
    const { instanceId: _unknown, ...origin } = record.origin;
    const unanswered = gpuInstance(
      { kind: 'failed', at: 'launching', message: 'no answer', wayOut: ['retry', 'terminate'], since: noon },
      { record: { origin } },
    );
    assert.ok(verbsFor(unanswered).includes('terminateInstance'));
  });

  it('is to look on while another window works on it', () => {
    const followed = gpuInstance({ kind: 'ready', since: noon }, { ownedElsewhere: true });
    assert.deepEqual(fitting('ociGpu.terminateInstance', [followed]), []);
    assert.deepEqual(fitting('ociGpu.openJupyterLab', [followed]), [followed]);
  });

  it('is told in words when a button is older than the instance', () => {
    const stopped = gpuInstance({ kind: 'stopped', since: noon });
    assert.equal(fittingView('ociGpu.startInstance', stopped), stopped);
    assert.throws(
      () => fittingView('ociGpu.openShell', stopped),
      /^Error: “Open Shell” is not possible for .*: it is stopped/,
    );
    const failed = gpuInstance({ kind: 'failed', at: 'connecting', message: '', wayOut: [], since: noon });
    assert.throws(() => fittingView('ociGpu.openShell', failed), /: its state is “cannot connect”\.$/);
    assert.throws(() => fittingView('ociGpu.restartKernel', ready), /: no kernel runs on it\.$/);
    const host = { ...ready, record: { ...ready.record, origin: { kind: 'ssh' } as const } };
    assert.throws(() => fittingView('ociGpu.terminateInstance', host), /not possible/);
  });

  it('is looked at again when a question about it is answered, which may be hours later', () => {
    const check = (now: InstanceView | undefined) =>
      checkStillFits(
        'ociGpu.stopInstance',
        { get: (id) => (id === now?.record.id ? now : undefined) },
        ready.record,
      );
    const set = { ...ready, record: { ...ready.record, revision: 2 } };
    assert.equal(check(set), set, 'as it is by then');
    assert.throws(
      () => check(gpuInstance({ kind: 'stopped', since: noon })),
      /“Stop” .* trainer: it is stopped\.$/,
    );
    assert.throws(() => check({ ...ready, ownedElsewhere: true }), /another window works on it/);
    assert.throws(() => check(undefined), /^Error: trainer is no longer in the list\.$/);
  });

  it('is told to when-clauses', () => {
    const context = contextOf([ready], ['stopInstance', 'startInstance']);
    assert.deepEqual(
      [...context],
      [
        ['ociGpu.hasInstances', true],
        ['ociGpu.can.stopInstance', true],
        ['ociGpu.can.startInstance', false],
      ],
    );
  });

  it('goes on after a sign-in where a session has ended, and nowhere else', () => {
    const failed = { kind: 'failed', at: 'booting', message: '401', since: noon } as const;
    assert.ok(awaitsSignIn(gpuInstance({ ...failed, wayOut: ['signIn', 'retry', 'terminate'] })));
    assert.ok(!awaitsSignIn(gpuInstance({ ...failed, wayOut: ['retry', 'terminate'] })));
    assert.ok(!awaitsSignIn(ready));
  });

  it('is to say how a private address is reached, when it was not', () => {
    const { record } = ready;
    if (record.origin.kind !== 'oci') throw new Error('not an instance');
    const network = { kind: 'subnet', subnetId: 's', subnetName: 'inner', isPublic: false } as const;
    const inside = { record: { origin: { ...record.origin, plan: { ...record.origin.plan, network } } } };
    const failed = {
      kind: 'failed',
      at: 'booting',
      message: 'shut',
      wayOut: ['retry'],
      since: noon,
    } as const;
    const phase = { ...failed, wayOut: [...failed.wayOut] };
    assert.ok(verbsFor(gpuInstance(phase, inside)).includes('reachBy'));
    assert.ok(!verbsFor(gpuInstance(phase)).includes('reachBy'));
    assert.ok(!verbsFor(gpuInstance({ kind: 'ready', since: noon }, inside)).includes('reachBy'));
  });

  it('has the same name as a button and in the menus, where it opens a question', () => {
    const phase = { kind: 'failed', at: 'connecting', message: 'another key', since: noon } as const;
    const [compare] = nextActions({ ...phase, wayOut: ['trustHostKey'] });
    assert.equal(compare?.title, list.find(({ id }) => id === compare?.command)?.title);
    assert.equal(compare?.title, 'Compare Host Key…');
  });

  it('is offered under a failure as buttons, with the log that tells about it', () => {
    const failed = {
      kind: 'failed',
      at: 'settingUp',
      message: 'pip',
      wayOut: ['retry', 'showLog'],
      since: noon,
    } as const;
    assert.deepEqual(nextActions({ ...failed, wayOut: [...failed.wayOut] }), [
      { title: 'Retry', command: 'ociGpu.retry' },
      { title: 'Show Setup Log', command: 'ociGpu.showSetupLog' },
    ]);
  });
});
