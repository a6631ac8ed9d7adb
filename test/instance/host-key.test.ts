import assert from 'node:assert/strict';
import type { FailedPhase } from '../../src/instances/phase';
import type { InstanceRecord } from '../../src/instances/record';
import { describeFailure } from '../../src/journey/describe-failure';
import { hostKeyCheck, withTrustedHostKeys } from '../../src/journey/reach/host-key-check';
import { logIn } from '../../src/journey/reach/log-in';
import type { StageTools } from '../../src/journey/stage';
import { connecting } from '../../src/journey/stages/connecting';
import { SshError } from '../../src/ssh/errors';
import { TimeLimitReached } from '../../src/waiting/until';
import { nextActions } from '../../src/editor/commands/next-actions';
import { hostKeyQuestion } from '../../src/editor/questions/host-key-question';
import { aRecord } from '../unit/instances/a-record';
import { deferred } from '../unit/journey/deferred';
import { createMemorySetup } from '../unit/journey/memory-setup';
import { aPrivateKey, startSshServer, type SshServer } from '../unit/journey/ssh-server';
import { openStageBed, type StageBed } from '../unit/journey/stage-bed';

const another = { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:another' };

describe('First contact with a host key', () => {
  let server: SshServer;
  let bed: StageBed;

  beforeEach(async () => {
    server = await startSshServer();
    const setup = createMemorySetup();
    bed = await openStageBed(freshlyBooted(server.port), { setup: () => Promise.resolve(setup) });
    await bed.secrets.store('key', aPrivateKey());
  });
  afterEach(async () => {
    bed.close();
    await server.close();
  });

  it('asks nobody when the console prints the key', async () => {
    bed.memory.consoleKeys = [another, server.hostKey];
    await reach(bed);
    assert.deepEqual(bed.asked, []);
    assert.deepEqual(bed.record().ssh.hostKeys, [another, server.hostKey]);
  });

  it('asks once, showing the fingerprint, when the console has none, and notes the answer', async () => {
    await reach(bed);
    assert.deepEqual(bed.asked, [server.hostKey.fingerprint]);
    assert.deepEqual(bed.record().ssh.hostKeys, [server.hostKey]);
    await reach(bed);
    assert.equal(bed.asked.length, 1);
  });

  for (const kind of ['notFound', 'conflict', 'service', 'unreachable'] as const) {
    it(`asks, and does not fail, when the console cannot be had (${kind})`, async () => {
      bed.memory.fail('hostKeyFingerprints', kind);
      await reach(bed);
      assert.deepEqual(bed.asked, [server.hostKey.fingerprint]);
    });
  }

  it('asks when a capture of the console does not come', async () => {
    const cloud = {
      ...bed.memory.cloud,
      hostKeyFingerprints: () => Promise.reject(new TimeLimitReached('The console capture', 180_000)),
    };
    await connecting({ ...bed.tools, cloud: () => Promise.resolve(cloud) });
    assert.deepEqual(bed.asked, [server.hostKey.fingerprint]);
  });

  it('looks at the console again after a capture that failed', async () => {
    bed.memory.fail('hostKeyFingerprints', 'conflict');
    bed.memory.consoleKeys = [server.hostKey];
    const { clock } = bed;
    const sleep = (ms: number, signal?: AbortSignal) => {
      bed.memory.fail('hostKeyFingerprints');
      return clock.sleep(ms, signal);
    };
    await connecting({ ...bed.tools, clock: { ...clock, sleep } });
    assert.deepEqual(bed.asked, []);
  });

  it('does not take a session that has ended for a console without keys', async () => {
    bed.memory.fail('hostKeyFingerprints', 'notAuthenticated');
    await assert.rejects(connecting(bed.tools), /notAuthenticated/);
  });

  it('does not go on without the answer yes, and keeps the shown key for later', async () => {
    bed.answers.trustHostKey = false;
    const failure = await refused(bed);
    assert.deepEqual(bed.record().ssh.hostKeys, []);
    assert.deepEqual(failure.shownHostKey, { ...server.hostKey, host: '127.0.0.1', port: server.port });
    assert.equal(nextActions(failure)[0]?.title, 'Compare Host Key…');
  });

  it('fails when the machine shows another key than its console printed, without asking', async () => {
    bed.memory.consoleKeys = [another];
    const failure = await refused(bed);
    assert.match(failure.message, /shows another host key than the one that is known/);
    assert.deepEqual(bed.asked, []);
    assert.equal(nextActions(failure)[0]?.command, 'ociGpu.trustHostKey');
  });

  it('goes on when the person has compared a changed key and trusts it', async () => {
    bed.memory.consoleKeys = [another];
    const { shownHostKey } = await refused(bed);
    assert.ok(shownHostKey);
    await bed.tools.update((record) => withTrustedHostKeys(record, shownHostKey, [shownHostKey]));
    await reach(bed);
    assert.deepEqual(bed.record().ssh.hostKeys, [server.hostKey]);
  });

  it('stops waiting for the answer when the launch is cancelled', async () => {
    const asked = deferred();
    const pending = logIn({
      ...bed.tools,
      questions: {
        ...bed.tools.questions,
        trustHostKey: () => {
          asked.resolve();
          return new Promise<boolean>(() => undefined);
        },
      },
    });
    await asked.promise;
    bed.cancel();
    await assert.rejects(pending, /cancelled/);
  });

  it('tries a refused login again while cloud-init may still be placing the key', async () => {
    bed.memory.consoleKeys = [server.hostKey];
    server.refuseLogins(2);
    await reach(bed);
    assert.equal(server.logins, 3);
  });

  it('gives up a login that is refused for longer than a first boot takes', async () => {
    bed.memory.consoleKeys = [server.hostKey];
    server.refuseLogins(Infinity);
    const { clock } = bed;
    const before = clock.now();
    const inLongSteps = {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => clock.sleep(20 * ms, signal),
    };
    const failure = await refused(bed, { clock: inLongSteps });
    assert.match(failure.message, /did not let opc in with this key/);
    assert.ok(clock.now() - before < 10 * 60_000, 'within the limits of a first contact');
  });

  describe('through a jump host', () => {
    let bastion: SshServer;
    const behindBastion = async (): Promise<void> => {
      bastion = await startSshServer();
      const jump = { host: '127.0.0.1', port: bastion.port, user: 'me', hostKeys: [] };
      await bed.tools.update((record) => ({ ...record, ssh: { ...record.ssh, jump } }));
      bed.memory.consoleKeys = [server.hostKey];
    };
    afterEach(() => bastion.close());

    it('asks for the jump host’s key alone, and notes it there', async () => {
      await behindBastion();
      await reach(bed);
      assert.deepEqual(bed.asked, [bastion.hostKey.fingerprint]);
      const { hostKeys, jump } = bed.record().ssh;
      assert.deepEqual(hostKeys, [server.hostKey]);
      assert.deepEqual(jump?.hostKeys, [bastion.hostKey]);
      assert.equal(bastion.logins > 0 && server.logins > 0, true);
    });

    it('waits for a machine whose SSH does not answer the jump host yet', async () => {
      await behindBastion();
      const { port } = server;
      await bed.tools.update((record) => ({ ...record, ssh: { ...record.ssh, port: 1 } }));
      let tries = 0;
      const connection = async () => {
        const live = await bed.tools.connection();
        return {
          ...live,
          connect: async () => {
            if (++tries < 3) throw new SshError({ kind: 'refused', message: 'Nothing answers (yet).' });
            await bed.tools.update((record) => ({ ...record, ssh: { ...record.ssh, port } }));
          },
        };
      };
      await logIn({ ...bed.tools, connection });
      assert.equal(tries, 3);
    });
  });

  it('takes a refused login for what it is on a machine that was reached before', async () => {
    await bed.tools.update((record) => ({
      ...record,
      reachedAt: 1,
      ssh: { ...record.ssh, hostKeys: [server.hostKey] },
    }));
    server.refuseLogins(Infinity);
    await refused(bed);
    assert.equal(server.logins, 1);
  });
});

describe('The keys of a jump host', () => {
  const jump = { host: 'bastion', port: 22, user: 'opc', hostKeys: [] };
  const behindJump = aRecord({
    ssh: { host: '10.0.0.2', port: 22, user: 'opc', hostKeys: [another], jump },
  });
  const shown = { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:bastion', host: 'bastion', port: 22 };

  it('are its own, not the instance’s', async () => {
    const check = hostKeyCheck(() => behindJump);
    assert.equal(await check(shown, shown), false);
    assert.deepEqual(await check(shown, { host: '10.0.0.2', port: 22 }), { changedFrom: [another] });
    const trusting = withTrustedHostKeys(behindJump, shown, [shown]);
    assert.equal(await hostKeyCheck(() => trusting)(shown, shown), true);
    assert.deepEqual(trusting.ssh.hostKeys, [another]);
  });

  it('are asked about by its name', () => {
    assert.match(hostKeyQuestion(behindJump, shown).message, /the jump host of lab-1/);
  });
});

describe('The question about a host key', () => {
  it('shows the key, where it was shown, and the keys known so far', () => {
    const record = aRecord();
    const shown = { ...another, host: '198.51.100.4', port: 22 };
    assert.match(
      hostKeyQuestion(record, shown).detail,
      /198\.51\.100\.4:22 shows:\nssh-ed25519 {2}SHA256:another/,
    );
    const known = {
      ...record,
      ssh: { ...record.ssh, hostKeys: [{ ...another, fingerprint: 'SHA256:old' }] },
    };
    const { message, detail } = hostKeyQuestion(known, shown);
    assert.match(message, /Another host key/);
    assert.match(detail, /Known so far:\nssh-ed25519 {2}SHA256:old/);
  });
});

function freshlyBooted(port: number): InstanceRecord {
  return aRecord({
    ssh: { host: '127.0.0.1', port, user: 'opc', hostKeys: [], key: { kind: 'secret', secretKey: 'key' } },
    setup: { way: null, extraPackages: [] },
    phase: { kind: 'connecting', step: '', since: 0 },
  });
}

async function reach(bed: StageBed): Promise<void> {
  const phase = await connecting(bed.tools);
  assert.deepEqual(phase, { kind: 'notSetUp' });
}

async function refused(bed: StageBed, changes: Partial<StageTools> = {}): Promise<FailedPhase> {
  const error: unknown = await connecting({ ...bed.tools, ...changes }).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof SshError, String(error));
  return describeFailure(error, bed.record().phase, bed.tools);
}
