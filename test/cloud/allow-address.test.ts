import assert from 'node:assert/strict';
import { launchTags } from '../../src/cloud';
import { allowSshFrom } from '../../src/journey/reach/allow-ssh-from';
import type { LabDeps } from '../../src/journey/lab-deps';
import { recordOf } from '../../src/journey/discovery/record-of-instance';
import { systemClock } from '../../src/ports/clock';
import { until } from '../../src/waiting/until';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { createMemorySecrets } from '../unit/journey/memory-secrets';
import { cloudsOf } from './connect';

describe('a rule for port 22', function () {
  this.timeout(20_000);
  it('is told before it is added, and not where it is there already', async () => {
    const simulated = await startSimulatedCloud({ timeScale: 0 });
    const { credentials, compartmentId, region } = simulated;
    const cloud = await cloudsOf(simulated).of(credentials.profile, region);
    const told: string[] = [];
    const ensure = async (allowSshFrom: string) =>
      await cloud.ensureLabNetwork(compartmentId, {
        tags: {},
        allowSshFrom,
        onOpening: async ({ networkSecurityGroupId, cidr }) => {
          const before = await cloud.listSshSources(networkSecurityGroupId);
          told.push(`${cidr} beside ${String(before.length)}`);
        },
      });
    for (const address of ['203.0.113.7', '203.0.113.7/32', '198.51.100.9/32']) await ensure(address);
    assert.deepEqual(told, ['203.0.113.7/32 beside 0', '198.51.100.9/32 beside 1']);
    await simulated.close();
  });
});

/** The simulated cloud lets in whom the rules let in, and nobody else. */
describe('an instance whose person has moved', function () {
  this.timeout(60_000);
  let simulated: SimulatedCloud;
  before(async () => {
    simulated = await startSimulatedCloud({ timeScale: 0 });
  });
  after(() => simulated.close());

  it('found by its tag alone, is reached again once the new address is allowed', async () => {
    const { credentials, compartmentId, region } = simulated;
    const clouds = cloudsOf(simulated);
    const secrets = createMemorySecrets();
    const deps = { clouds, secrets, clock: systemClock } as unknown as LabDeps;
    const cloud = await clouds.of(credentials.profile, region);
    await simulated.moveCaller('203.0.113.7');
    const network = await cloud.ensureLabNetwork(compartmentId, { tags: {}, allowSshFrom: '203.0.113.7' });
    const shapes = await cloud.shapes(compartmentId, { includeCpu: false });
    const shape = shapes.find(({ name }) => name === 'VM.GPU.A10.1');
    assert.ok(shape);
    const [image] = await cloud.images(compartmentId, shape);
    const [availabilityDomain] = await cloud.domainsByCapacity(shape.name, shape.availabilityDomains);
    assert.ok(image && availabilityDomain);
    const outcome = await cloud.launch(
      {
        compartmentId,
        availabilityDomain,
        name: 'gpu-lab',
        shape: shape.name,
        source: { kind: 'image', image, bootVolumeSizeInGBs: 200 },
        subnetId: network.subnetId,
        assignPublicIp: true,
        networkSecurityGroupIds: [network.networkSecurityGroupId],
        sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFYNZxFlNGq5rb4Pxk3ZM3VbVIDmfQCY1KNV5pOOnqK me',
        freeformTags: launchTags({ launchId: 'a-launch', setupWay: 'native' }),
      },
      'a-token',
    );
    assert.ok(outcome.kind === 'launched', outcome.kind);
    const { id } = outcome.instance;
    const addressed = await until(
      async () => {
        const all = await cloud.instances(compartmentId, { includeTerminated: false });
        const instance = all.find((one) => one.id === id);
        return instance && (await cloud.addresses(instance))?.publicIp ? instance : undefined;
      },
      { what: 'The address', limitMs: 20_000, everyMs: 50 },
    );
    assert.equal(simulated.isReachable(id), true);

    await simulated.moveCaller('198.51.100.9');
    assert.equal(simulated.isReachable(id), false);
    const found = await recordOf({
      instance: addressed,
      profile: credentials.profile,
      id: 'a-launch',
      foundBy: 'tags',
      deps,
      cloud,
    });
    const record = { ...found, version: 1 as const, revision: 1 };
    const cidr = '198.51.100.9/32';
    assert.deepEqual(await allowSshFrom({ deps, record, cidr }), {
      kind: 'opened',
      cidr,
      before: ['203.0.113.7/32'],
    });
    assert.equal(simulated.isReachable(id), true);
    assert.deepEqual(await allowSshFrom({ deps, record, cidr }), { kind: 'wasOpen', cidr, by: cidr });
  });
});
