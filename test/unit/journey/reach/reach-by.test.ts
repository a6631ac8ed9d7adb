import assert from 'node:assert/strict';
import type { InstanceRecord } from '../../../../src/instances/record';
import { aRecord } from '../../instances/a-record';
import { createFakeClock } from '../fake-clock';
import { aPlan, openLabBed, type LabBed } from '../lab-bed';
import { aPrivateKey } from '../ssh-server';

const { id, origin, ssh } = aRecord();
const inner = { kind: 'subnet', subnetId: 's', subnetName: 'inner', isPublic: false } as const;

describe('An instance in a private subnet that was found without its jump host', () => {
  let bed: LabBed;
  beforeEach(async () => {
    bed = await openLabBed({ clock: createFakeClock() });
    bed.memory.add({ id: 'one', lifecycleState: 'RUNNING' });
    await bed.secrets.store('key', aPrivateKey());
  });
  afterEach(async () => await bed.close());

  const leave = (changes: Partial<InstanceRecord['ssh']> = {}): void => {
    if (origin.kind !== 'oci') throw new Error('not an instance');
    bed.leave(
      aRecord({
        origin: { ...origin, plan: aPlan({ network: inner }), instanceId: 'one' },
        ssh: { ...ssh, key: { kind: 'secret', secretKey: 'key' }, ...changes },
        phase: { kind: 'failed', at: 'booting', message: 'shut', wayOut: ['reachBy', 'retry'], since: 0 },
      }),
    );
  };

  it('goes on through the one that the person names', async () => {
    leave();
    const lab = bed.openWindow();
    // Nothing listens there, so that the jump host itself is what fails.
    await lab.reachBy(id, { host: '127.0.0.1', port: 1, user: 'opc' });
    const record = lab.get(id)?.record;
    assert.deepEqual(record?.ssh.jump, { host: '127.0.0.1', port: 1, user: 'opc', hostKeys: [] });
    assert.ok(record.phase.kind === 'failed' && record.phase.at === 'connecting');
  });

  it('goes on through none, where one was named by mistake', async () => {
    leave({ jump: { host: '127.0.0.1', port: 1, user: 'opc', hostKeys: [] } });
    bed.memory.setState('one', 'STOPPED');
    const lab = bed.openWindow();
    await lab.reachBy(id, undefined);
    assert.equal(lab.get(id)?.record.ssh.jump, undefined);
    assert.equal(lab.get(id)?.record.phase.kind, 'stopped');
  });
});
