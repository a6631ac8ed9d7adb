import assert from 'node:assert/strict';
import { nextActions } from '../../../../src/editor/commands/next-actions';
import type { Phase } from '../../../../src/instances/phase';
import type { InstanceRecord } from '../../../../src/instances/record';
import { connecting } from '../../../../src/journey/stages/connecting';
import { failedOutcome, type SetupOutcome } from '../../../../src/setup/outcome';
import { aRecord } from '../../instances/a-record';
import { createFakeConnection } from '../../ssh/fake-connection';
import { createMemorySetup } from '../memory-setup';
import { openStageBed } from '../stage-bed';

const reached: InstanceRecord = {
  ...aRecord({ phase: { kind: 'connecting', step: '', since: 0 }, reachedAt: 1 }),
  ssh: {
    host: '198.51.100.4',
    port: 22,
    user: 'opc',
    hostKeys: [{ algorithm: 'ssh-ed25519', fingerprint: 'SHA256:known' }],
  },
};

/** Connects to an instance that had been reached before, and on which set-up has ended so. */
async function phaseAfterConnecting(outcome: SetupOutcome, extraPackages: string[] = []): Promise<Phase> {
  const { connection, becomes } = createFakeConnection({
    exec: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }),
  });
  becomes({ kind: 'connected' });
  const record = { ...reached, setup: { ...reached.setup, extraPackages } };
  const bed = await openStageBed(record, {
    connection: () => Promise.resolve(connection),
    setup: () => Promise.resolve(createMemorySetup({ status: { kind: 'ended', outcome } })),
  });
  const phase = await bed.run(connecting);
  bed.close();
  return phase;
}

describe('After Start, or when the link is back, set-up', () => {
  it('is not begun again by itself when the person had cancelled it', async () => {
    assert.equal((await phaseAfterConnecting({ kind: 'cancelled' })).kind, 'notSetUp');
  });

  it('is told as failed when it had failed, and waits for Retry', async () => {
    const phase = await phaseAfterConnecting(failedOutcome('TensorFlow', 'diskFull', ''));
    assert.ok(phase.kind === 'failed' && phase.at === 'settingUp');
    assert.equal(phase.wayOut[0], 'retry');
  });

  for (const reason of ['imageNotFound', 'imagePrivate'] as const) {
    it(`is offered with another tag when the registry gives no image of this one (${reason})`, async () => {
      const phase = await phaseAfterConnecting(failedOutcome('The image', reason, ''));
      assert.ok(phase.kind === 'failed');
      assert.deepEqual(nextActions(phase)[0], { title: 'Set Up Again', command: 'ociGpu.setUpInstance' });
    });
  }

  it('is offered with other packages when pip knows no such name', async () => {
    const phase = await phaseAfterConnecting(failedOutcome('TensorFlow', 'packageNotFound', ''), ['pandsa']);
    assert.ok(phase.kind === 'failed');
    assert.deepEqual(nextActions(phase)[0], { title: 'Change Packages', command: 'ociGpu.addPackages' });
    const withoutAny = await phaseAfterConnecting(failedOutcome('TensorFlow', 'packageNotFound', ''));
    assert.equal(withoutAny.kind === 'failed' && withoutAny.wayOut[0], 'retry');
  });

  it('goes on when a restart of the machine had cut it off', async () => {
    assert.equal((await phaseAfterConnecting(failedOutcome('', 'interrupted', ''))).kind, 'settingUp');
  });
});
