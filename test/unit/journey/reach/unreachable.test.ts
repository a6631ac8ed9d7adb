import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { accessWords } from '../../../../src/editor/words/access-words';
import type { FailedPhase } from '../../../../src/instances/phase';
import type { InstanceRecord } from '../../../../src/instances/record';
import { allowSshFrom } from '../../../../src/journey/reach/allow-ssh-from';
import { describeFailure } from '../../../../src/journey/describe-failure';
import type { LabDeps } from '../../../../src/journey/lab-deps';
import { withOci } from '../../../../src/journey/stage';
import { booting } from '../../../../src/journey/stages/booting';
import { connecting } from '../../../../src/journey/stages/connecting';
import { SshError } from '../../../../src/ssh/errors';
import { aRecord } from '../../instances/a-record';
import { openLabBed, type LabBed } from '../lab-bed';
import { createMemoryCloud } from '../memory-cloud';
import { aPrivateKey } from '../ssh-server';
import { openStageBed, type StageBed } from '../stage-bed';

const { id } = aRecord();
/** Nothing listens there. */
const closedPort = 1;

describe('An instance that runs and does not answer', () => {
  let bed: StageBed;
  const open = async (record: InstanceRecord): Promise<void> => {
    bed = await openStageBed(record);
    bed.memory.add({ id: 'one', lifecycleState: 'RUNNING' });
    bed.memory.publicIp = '127.0.0.1';
  };
  afterEach(() => bed.close());
  const failure = async (stage = booting): Promise<FailedPhase> => {
    const phase = await bed.run(stage);
    assert.ok(phase.kind === 'failed', phase.kind);
    return phase;
  };

  it('is told with the addresses that its rule lets in, and a way to allow the present one', async () => {
    await open(booted({ networkSecurityGroupId: 'group' }));
    bed.memory.sshSources.push('198.51.100.7/32', '192.0.2.0/24');
    const { message, wayOut } = await failure();
    assert.match(message, /is billed.* lets in 198\.51\.100\.7\/32, 192\.0\.2\.0\/24 alone/);
    assert.equal(wayOut[0], 'allowMyAddress');
  });

  it('is told so too when the login finds it, later', async () => {
    await open(booted({ networkSecurityGroupId: 'group' }));
    bed.memory.sshSources.push('198.51.100.7/32');
    const gone = new SshError({ kind: 'unreachable', message: 'timed out' });
    const connection = () => Promise.reject(gone);
    const phase = await connecting({ ...bed.tools, connection });
    assert.ok(phase.kind === 'failed' && phase.at === 'connecting');
    assert.match(phase.message, /198\.51\.100\.7\/32 alone/);
  });

  it('is told without them when the rule cannot be read', async () => {
    await open(booted({ networkSecurityGroupId: 'group' }));
    bed.memory.fail('listSshSources', 'notFound');
    assert.match((await failure()).message, /Perhaps your address has changed/);
  });

  it('in a private subnet is not told of an address that has changed', async () => {
    await open(booted({}, { kind: 'subnet', subnetId: 's', subnetName: 'inner', isPublic: false }));
    const cloud = {
      ...bed.memory.cloud,
      addresses: () => Promise.resolve({ privateIp: '127.0.0.1' }),
    };
    const phase = await booting({ ...bed.tools, cloud: () => Promise.resolve(cloud) });
    assert.ok(phase.kind === 'failed');
    assert.match(phase.message, /private address.* VPN, peering or a jump host/);
    assert.deepEqual(phase.wayOut, ['reachBy', 'retry', 'terminate']);
  });

  it('found by its tags, is reached by its private address when no public one comes', async () => {
    await open(booted({ foundBy: 'tags' }, { kind: 'subnet', subnetId: '', subnetName: '', isPublic: true }));
    const addresses = { privateIp: '127.0.0.1', subnetId: 's', networkSecurityGroupIds: ['group'] };
    const cloud = { ...bed.memory.cloud, addresses: () => Promise.resolve(addresses) };
    await booting({ ...bed.tools, cloud: () => Promise.resolve(cloud) });
    assert.equal(bed.record().ssh.host, '127.0.0.1');
    const { plan, networkSecurityGroupId } = bed.origin();
    assert.ok(plan.network.kind === 'subnet');
    assert.deepEqual([plan.network.isPublic, plan.network.subnetId], [false, 's']);
    assert.equal(networkSecurityGroupId, 'group');
  });

  it('that is no instance of OCI’s is not offered a rule of OCI’s', async () => {
    await open(aRecord({ origin: { kind: 'ssh' }, phase: { kind: 'connecting', step: '', since: 0 } }));
    const error = new SshError({ kind: 'unreachable', message: 'timed out' });
    const { wayOut } = describeFailure(error, bed.record().phase, bed.tools);
    assert.deepEqual(wayOut, ['retry', 'forget']);
  });
});

describe('Allow My Present Address', () => {
  const memory = createMemoryCloud();
  const deps = { clouds: { of: async () => memory.cloud } } as unknown as LabDeps;
  const allow = (cidr: string, record = booted({ networkSecurityGroupId: 'group' })) =>
    allowSshFrom({ deps, record, cidr });
  const wordsOf = async (cidr: string): Promise<string> => {
    const outcome = await allow(cidr);
    assert.ok(outcome.kind !== 'failed');
    return accessWords('lab-1', outcome);
  };

  it('opens port 22 and says who may enter now', async () => {
    memory.sshSources.push('198.51.100.7/32');
    assert.equal(
      await wordsOf('203.0.113.9/32'),
      'lab-1: port 22 is now open to 203.0.113.9/32. 198.51.100.7/32 may still enter too.',
    );
    assert.deepEqual(memory.sshSources, ['198.51.100.7/32', '203.0.113.9/32']);
  });

  it('says that it must be something else where the address was let in already', async () => {
    memory.sshSources.push('192.0.2.0/24');
    assert.match(await wordsOf('192.0.2.77/32'), /let in already \(by 192\.0\.2\.0\/24\).*firewall or VPN/);
    assert.equal(memory.sshSources.includes('192.0.2.77/32'), false);
    assert.match(await wordsOf('192.0.0.0/8'), /now open to/, 'a wider range than the known one');
  });

  describe('of a ready instance', function () {
    // The lab’s own try would hang for 15 seconds, and pause then.
    this.timeout(5_000);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    let bed: LabBed;
    beforeEach(async () => {
      silent.listen(0, '127.0.0.1');
      await once(silent, 'listening');
      bed = await openLabBed();
      await bed.secrets.store('key', aPrivateKey());
      await bed.secrets.store(`jupyter-token:${id}`, 'a token');
    });
    afterEach(async () => {
      await bed.close();
      for (const socket of sockets.splice(0)) socket.destroy();
      silent.close();
    });

    it('has its tunnel tried again at once', async () => {
      const { port } = silent.address() as AddressInfo;
      const record = booted({ networkSecurityGroupId: 'group' });
      const key = { kind: 'secret', secretKey: 'key' } as const;
      bed.leave({ ...record, ssh: { ...record.ssh, port, key }, phase: { kind: 'ready', since: 0 } });
      const first = once(silent, 'connection');
      const lab = bed.openWindow();
      await first;
      const again = once(silent, 'connection');
      assert.equal((await lab.allowSshFrom(id, '203.0.113.9/32')).kind, 'opened');
      await again;
    });
  });

  it('cannot open what is not the extension’s own', async () => {
    const own = await allow('203.0.113.9/32', booted({}));
    assert.ok(own.kind === 'failed' && /network of yours/.test(own.message));
    const host = await allow('203.0.113.9/32', aRecord({ origin: { kind: 'ssh' } }));
    assert.ok(host.kind === 'failed' && /firewall/.test(host.message));
  });
});

type Oci = Extract<InstanceRecord['origin'], { kind: 'oci' }>;

function booted(more: Partial<Oci>, network?: Oci['plan']['network']): InstanceRecord {
  const record = aRecord({
    ssh: {
      host: '127.0.0.1',
      port: closedPort,
      user: 'opc',
      hostKeys: [{ algorithm: 'x', fingerprint: 'y' }],
    },
    phase: { kind: 'booting', step: '', since: 0 },
  });
  assert.ok(record.origin.kind === 'oci');
  const { plan } = record.origin;
  return withOci(record, { instanceId: 'one', ...more, ...(network ? { plan: { ...plan, network } } : {}) });
}
