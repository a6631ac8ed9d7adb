import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { acquireLease, type Lease } from '../../../src/instances/lease';
import type { PhaseKind } from '../../../src/instances/phase';
import { identityOf } from '../../../src/journey/reach/access';
import type { Lab } from '../../../src/journey/lab';
import { createOwnership } from '../../../src/journey/ownership';
import { silentLogger } from '../../../src/ports/logger';
import { aRecord } from '../instances/a-record';
import { createFakeClock } from './fake-clock';
import { startJupyterStandIn, type JupyterStandIn } from './jupyter-stand-in';
import { aPlan, openLabBed, phaseOf, type LabBed } from './lab-bed';
import { anEncryptedKey, aPrivateKey } from './ssh-server';

const { id } = aRecord();
/** As often as a window looks around. */
const lookMs = 5_000;

describe('Two windows', () => {
  let bed: LabBed;
  beforeEach(async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    bed = await openLabBed({ clock: createFakeClock() });
    bed.memory.add({ id: 'one', lifecycleState: 'RUNNING' });
  });
  afterEach(async () => {
    mock.timers.reset();
    await bed.close();
  });

  it('do not both act on an instance: the second follows, and says so when asked to act', async () => {
    leave(bed, { kind: 'stopping', since: 0 });
    const held = bed.memory.hold('instance');
    const first = bed.openWindow();
    await held.reached;
    const second = bed.openWindow();
    await seen(second, () => second.get(id)?.ownedElsewhere === true);
    const outcome = await second.start(id);
    assert.match(outcome.kind === 'failed' ? outcome.message : '', /Another window is working on lab-1/);
    held.letGo();
    await phaseOf(second, id, 'stopped');
    await phaseOf(first, id, 'stopped');
    assert.equal(bed.memory.changes.length, 1);
  });

  it('hand an instance over: when the first is closed the second goes on with what was under way', async () => {
    leave(bed, { kind: 'stopping', since: 0 });
    const held = bed.memory.hold('instance');
    const first = bed.openWindow();
    await held.reached;
    const second = bed.openWindow();
    await seen(second, () => second.get(id)?.ownedElsewhere === true);
    await first.dispose();
    mock.timers.tick(lookMs);
    await phaseOf(second, id, 'stopped');
    assert.equal(second.get(id)?.ownedElsewhere, false);
  });

  it('say so in the one that goes on with what was under way, in no other, and not at its own work', async () => {
    leave(bed, { kind: 'stopping', since: 0 });
    const held = bed.memory.hold('instance');
    const told: [window: string, phase: PhaseKind | undefined][] = [];
    const open = (name: string): Lab => {
      const lab = bed.openWindow();
      lab.onDidInherit(
        ({ ended }) => void ended.then(() => told.push([name, lab.get(id)?.record.phase.kind])),
      );
      return lab;
    };
    const first = open('reloaded');
    await held.reached;
    const second = open('second');
    await seen(second, () => second.get(id)?.ownedElsewhere === true);
    await first.dispose();
    mock.timers.tick(lookMs);
    await phaseOf(second, id, 'stopped');
    bed.memory.hold('addresses');
    void second.start(id);
    await phaseOf(second, id, 'booting');
    await second.cancel(id);
    mock.timers.tick(lookMs);
    assert.deepEqual(told.toSorted(), [
      ['reloaded', 'stopping'],
      ['second', 'stopped'],
    ]);
  });

  it('free an instance that rests, so that the other one can act on it', async () => {
    leave(bed, { kind: 'stopped', since: 0 });
    bed.memory.setState('one', 'STOPPED');
    const first = bed.openWindow();
    bed.memory.hold('addresses');
    void first.start(id);
    await phaseOf(first, id, 'booting');
    const second = bed.openWindow();
    await seen(second, () => second.get(id)?.ownedElsewhere === true);
    await first.cancel(id);
    mock.timers.tick(lookMs);
    await seen(second, () => second.get(id)?.ownedElsewhere === false);
    const held = bed.memory.hold('addresses');
    void second.retry(id);
    await held.reached;
    const refused = await first.retry(id);
    assert.match(refused.kind === 'failed' ? refused.message : '', /Another window/);
    await second.cancel(id);
    bed.memory.setState('one', 'STOPPED');
    assert.deepEqual(await first.retry(id), { kind: 'done' });
  });

  it('do not take their own giving up for another window’s work', async () => {
    const folder = join(bed.folder, 'leases');
    const none = () => undefined;
    const ownership = createOwnership({ folder, logger: silentLogger, lost: none, changed: none });
    assert.ok(await ownership.own(id));
    const left = ownership.letGo(id);
    assert.ok(await ownership.own(id), 'it is begun again while the lease is being given up');
    await left;
    assert.ok(ownership.isOwned(id));
    assert.equal(await acquireLease(folder, id), undefined);
    await ownership.close();
  });

  it('do not compete with themselves for an instance', async () => {
    leave(bed, { kind: 'stopped', since: 0 });
    const lab = bed.openWindow();
    const outcomes = await Promise.all([lab.retry(id), lab.retry(id), lab.retry(id)]);
    assert.deepEqual(outcomes, [{ kind: 'done' }, { kind: 'done' }, { kind: 'done' }]);
  });
});

describe('A window that follows another', () => {
  let bed: LabBed;
  let jupyter: JupyterStandIn;
  let owner: Lease | undefined;
  beforeEach(async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    bed = await openLabBed({ clock: createFakeClock() });
    jupyter = await startJupyterStandIn('a token');
    jupyter.notebooks = ['num_gpu.ipynb'];
    await bed.secrets.store('key', aPrivateKey());
    const { ssh } = aRecord();
    bed.leave(
      aRecord({
        ssh: { ...ssh, key: { kind: 'secret', secretKey: 'key' } },
        tunnel: { wanted: true, localPort: jupyter.port },
      }),
    );
    owner = await acquireLease(join(bed.folder, 'leases'), id);
    assert.ok(owner);
  });
  afterEach(async () => {
    mock.timers.reset();
    await owner?.release();
    await bed.close();
    await jupyter.close();
  });

  it('uses the owner’s local port: tunnel, kernels and Jupyter are the same', async () => {
    await bed.secrets.store(`jupyter-token:${id}`, 'a token');
    const window = bed.openWindow();
    await seen(window, () => window.get(id)?.tunnel.kind === 'up');
    assert.equal(window.get(id)?.ownedElsewhere, true);
    assert.deepEqual(
      window.get(id)?.kernels.map(({ notebook }) => notebook),
      ['num_gpu.ipynb'],
    );
    jupyter.notebooks = ['num_gpu.ipynb', 'new.ipynb'];
    assert.deepEqual(
      (await window.kernels(id)).map(({ notebook }) => notebook),
      ['num_gpu.ipynb', 'new.ipynb'],
    );
    assert.deepEqual(await window.jupyter(id), {
      baseUrl: `http://127.0.0.1:${String(jupyter.port)}/`,
      token: 'a token',
    });
  });

  it('notices that Jupyter has gone silent there, and that another program has its place', async () => {
    await bed.secrets.store(`jupyter-token:${id}`, 'a token');
    const window = bed.openWindow();
    await seen(window, () => window.get(id)?.tunnel.kind === 'up');
    jupyter.answers = false;
    mock.timers.tick(lookMs);
    const because = () => {
      const tunnel = window.get(id)?.tunnel;
      return tunnel?.kind === 'notAnswering' ? tunnel.because : undefined;
    };
    await seen(window, () => because() === 'unreachable');
    jupyter.answers = true;
    jupyter.isJupyter = false;
    mock.timers.tick(lookMs);
    await seen(window, () => because() === 'notJupyter');
  });

  it('says that it cannot use it when it keeps other secrets', async () => {
    const window = bed.openWindow();
    await seen(window, () => window.get(id)?.tunnel.kind === 'failed');
    const tunnel = window.get(id)?.tunnel;
    assert.match(tunnel?.kind === 'failed' ? tunnel.message : '', /Another window holds the tunnel/);
  });

  it('takes over on the same port when the owner goes', async () => {
    await bed.secrets.store(`jupyter-token:${id}`, 'a token');
    const window = bed.openWindow();
    await seen(window, () => window.get(id)?.tunnel.kind === 'up');
    await owner?.release();
    mock.timers.tick(lookMs);
    await seen(window, () => window.get(id)?.ownedElsewhere === false);
    await seen(window, () => window.get(id)?.tunnel.kind === 'up');
    assert.equal(window.get(id)?.record.tunnel.localPort, jupyter.port);
    jupyter.notebooks = ['new.ipynb'];
    assert.equal((await window.kernels(id))[0]?.notebook, 'new.ipynb');
    jupyter.answers = false;
    assert.equal((await window.kernels(id))[0]?.notebook, 'new.ipynb', 'known from before');
  });
});

describe('An instance behind a jump host', () => {
  const jump = { host: 'bastion', port: 2222, user: 'me' };
  const key = { kind: 'file', path: '/home/me/.ssh/id_ed25519' } as const;
  let bed: LabBed;
  beforeEach(async () => {
    bed = await openLabBed();
    bed.memory.hold('domainsByCapacity');
  });
  afterEach(async () => await bed.close());

  it('has it in its record, from the launch on', async () => {
    const network = { kind: 'subnet', subnetId: 's', subnetName: 'inner', isPublic: false, jump } as const;
    const { id: launched } = await bed.openWindow().launch(aPlan({ network }), key);
    assert.deepEqual(bed.openWindow().get(launched)?.record.ssh.jump, { ...jump, hostKeys: [] });
  });

  it('has it in its record when it is a host of the person’s own', async () => {
    const lab = bed.openWindow();
    const host = { name: 'mine', host: '10.0.0.9', port: 22, user: 'me', key, jump };
    const { id: added } = await lab.addSshHost(host);
    assert.deepEqual(lab.get(added)?.record.ssh.jump, { ...jump, hostKeys: [] });
  });
});

describe('The key of an instance', () => {
  let bed: LabBed;
  const given = { kind: 'private', privateKeyPem: 'a private key' } as const;
  beforeEach(async () => {
    bed = await openLabBed();
  });
  afterEach(async () => await bed.close());

  it('is kept once, where the instance’s tags lead to it', async () => {
    bed.memory.hold('instance');
    const lab = bed.openWindow();
    const { id: launched } = await lab.launch(aPlan(), given);
    assert.deepEqual(bed.secrets.keys, [`ssh-key:${launched}`]);
    assert.deepEqual(lab.get(launched)?.record.ssh.key, {
      kind: 'secret',
      secretKey: `ssh-key:${launched}`,
    });
  });

  it('is not kept when it lies in a file of the person’s own', async () => {
    bed.memory.hold('instance');
    const lab = bed.openWindow();
    const { id: launched } = await lab.launch(aPlan(), { kind: 'file', path: '/home/me/.ssh/id' });
    assert.deepEqual(bed.secrets.keys, []);
    assert.deepEqual(lab.get(launched)?.record.ssh.key, { kind: 'file', path: '/home/me/.ssh/id' });
  });

  it('lies in an encrypted file: its passphrase is kept as a secret, and asked no more', async () => {
    bed.memory.hold('instance');
    const path = join(bed.folder, 'id_ecdsa');
    writeFileSync(path, anEncryptedKey('open sesame'));
    const lab = bed.openWindow();
    const { id: launched } = await lab.launch(aPlan(), { kind: 'file', path, passphrase: 'open sesame' });
    const { key } = lab.get(launched)?.record.ssh ?? {};
    assert.deepEqual(key, { kind: 'file', path }, 'the record holds no secret');
    const questions = {
      trustHostKey: () => assert.fail(),
      ngcKey: () => assert.fail(),
      acceptHost: () => assert.fail(),
      passphrase: () => assert.fail('asked again'),
    };
    const identity = await identityOf(key, { secrets: bed.secrets, questions });
    assert.equal(identity.kind, 'key');
  });

  it('lies in an encrypted file that two instances share: its passphrase is asked for once', async () => {
    const path = join(bed.folder, 'shared');
    writeFileSync(path, anEncryptedKey('open sesame'));
    let asked = 0;
    const questions = {
      trustHostKey: () => assert.fail(),
      ngcKey: () => assert.fail(),
      acceptHost: () => assert.fail(),
      passphrase: async () => {
        asked++;
        // As long as the other one needs to come to its question.
        for (let turn = 0; turn < 100; turn++) await new Promise((next) => setImmediate(next));
        return 'open sesame';
      },
    };
    const both = ['one', 'two'].map(() =>
      identityOf({ kind: 'file', path }, { secrets: bed.secrets, questions }),
    );
    const identities = await Promise.all(both);
    assert.deepEqual(
      identities.map(({ kind }) => kind),
      ['key', 'key'],
    );
    assert.equal(asked, 1);
  });

  it('is forgotten with the instance', async () => {
    leave(bed, { kind: 'terminated', since: 0 });
    await bed.secrets.store(`ssh-key:${id}`, 'a private key');
    await bed.secrets.store(`jupyter-token:${id}`, 'a token');
    const lab = bed.openWindow();
    await lab.forget(id);
    assert.deepEqual(bed.secrets.keys, []);
    assert.deepEqual(lab.instances, []);
    rmSync(join(bed.folder, 'leases'), { recursive: true, force: true });
  });
});

function leave(bed: LabBed, phase: ReturnType<typeof aRecord>['phase']): void {
  const record = aRecord({ phase, reachedAt: 1 });
  if (record.origin.kind !== 'oci') throw new Error('not an instance');
  bed.leave({ ...record, origin: { ...record.origin, instanceId: 'one' } });
}

/** Resolves when `is` holds, looked at after each change. */
async function seen(lab: ReturnType<LabBed['openWindow']>, is: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!is()) return;
      subscription.dispose();
      resolve();
    };
    const subscription = lab.onDidChange(look);
    look();
  });
}
