import assert from 'node:assert/strict';
import type { InstanceRecord } from '../../../src/instances/record';
import { logIn } from '../../../src/journey/reach/log-in';
import type { PortAnswer } from '../../../src/ssh/address-probe';
import { SshError } from '../../../src/ssh/errors';
import { aRecord } from '../instances/a-record';
import { createFakeConnection } from '../ssh/fake-connection';
import { openStageBed } from './stage-bed';

describe('A login', () => {
  const minute = 60_000;
  const reached = aRecord({ reachedAt: 1 });
  const { host, port } = reached.ssh;

  /** Opens a login to a machine whose port gives these answers, one a try. */
  async function openLogin(record: InstanceRecord, ...answers: readonly PortAnswer[]) {
    const limits: unknown[] = [];
    const tries: unknown[] = [];
    const { connection } = createFakeConnection({ connect: async (wait) => void limits.push(wait?.limitMs) });
    const bed = await openStageBed(record, { connection: async () => connection });
    const probe = async (...[asked, on, limitMs]: readonly [string, number, number, AbortSignal?]) => {
      tries.push([asked, on, limitMs]);
      return answers[tries.length - 1] ?? assert.fail('It is tried too often.');
    };
    const go = () => logIn(bed.tools, probe);
    return { go, limits, tries, close: () => bed.close() };
  }

  it('to a port that never answers ends after 15 seconds: a firewall drops what it does not let in', async () => {
    const login = await openLogin(reached, 'timeout', 'timeout', 'timeout');
    await assert.rejects(login.go(), (error) => {
      assert.ok(error instanceof SshError);
      const message = '198.51.100.4 does not answer on port 22.';
      assert.deepEqual(error.failure, { kind: 'unreachable', message, isSilent: true });
      return true;
    });
    assert.deepEqual(login.tries, Array(3).fill([host, port, 5_000]));
    assert.deepEqual(login.limits, []);
    login.close();
  });

  for (const answers of [['open'], ['timeout', 'timeout', 'open'], ['refused'], ['unreachable']] as const) {
    it(`has a minute where the port is: ${answers.join(', ')}`, async () => {
      const login = await openLogin(reached, ...answers);
      await login.go();
      assert.deepEqual(login.limits, [minute]);
      assert.equal(login.tries.length, answers.length);
      login.close();
    });
  }

  const jump = { host: 'bastion', port: 22, user: 'me', hostKeys: [] };
  for (const [where, record] of [
    ['on the first boot, which is waited for', aRecord()],
    ['through a jump host, which sees another network', { ...reached, ssh: { ...reached.ssh, jump } }],
  ] as const) {
    it(`has it without a look at the port ${where}`, async () => {
      const login = await openLogin(record);
      await login.go();
      assert.deepEqual(login.limits, [minute]);
      login.close();
    });
  }

  it('needs no look at the port where the connection is there', async () => {
    const login = await openLogin(reached, 'open');
    await login.go();
    await login.go();
    assert.equal(login.tries.length, 1);
    login.close();
  });
});
