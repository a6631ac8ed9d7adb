import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { launchTags, type Cloud, type Instance, type LabNetwork, type LaunchRequest } from '../../src/cloud';
import { until } from '../../src/waiting/until';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { connectToSimulated } from './connect';

/** The whole life of an instance against the simulated cloud, as unkind as it is by default, only faster. */
describe('from an empty compartment to a launched instance and back', function () {
  this.timeout(60_000);
  let simulated: SimulatedCloud;
  let cloud: Cloud;
  let atFirst: readonly string[];

  before(async () => {
    simulated = await startSimulatedCloud({ timeScale: 0.01 });
    atFirst = simulated.resources();
    cloud = await connectToSimulated(simulated);
  });
  after(() => simulated.close());

  const soon = <T>(what: string, look: () => Promise<T | undefined>) =>
    until(look, { what, limitMs: 20_000, everyMs: 50 });
  const stateOf = (id: string, wanted: Instance['lifecycleState']) =>
    soon(wanted, async () => {
      const instances = await cloud.instances(simulated.compartmentId, { includeTerminated: true });
      return instances.find((instance) => instance.id === id && instance.lifecycleState === wanted);
    });

  const request = async (network: LabNetwork, launchId: string): Promise<LaunchRequest> => {
    const shapes = await cloud.shapes(simulated.compartmentId, { includeCpu: false });
    const shape = shapes.find(({ name }) => name === 'VM.GPU.A10.1') ?? shapes[0];
    assert.ok(shape);
    const [image] = await cloud.images(simulated.compartmentId, shape);
    assert.ok(image);
    const [availabilityDomain] = await cloud.domainsByCapacity(shape.name, shape.availabilityDomains);
    assert.ok(availabilityDomain);
    return {
      compartmentId: simulated.compartmentId,
      availabilityDomain,
      name: 'gpu-lab',
      shape: shape.name,
      source: { kind: 'image', image, bootVolumeSizeInGBs: 200 },
      subnetId: network.subnetId,
      assignPublicIp: true,
      networkSecurityGroupIds: [network.networkSecurityGroupId],
      sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFYNZxFlNGq5rb4Pxk3ZM3VbVIDmfQCY1KNV5pOOnqK me',
      freeformTags: launchTags({ launchId, setupWay: 'native' }),
    };
  };

  it('M1, M2: offers regions, compartments, GPU shapes with prices, and images', async () => {
    const [regions, compartments, shapes] = await Promise.all([
      cloud.regions(),
      cloud.compartments(),
      cloud.shapes(simulated.compartmentId, { includeCpu: true }),
    ]);
    assert.ok(regions.some(({ id, isHome }) => id === simulated.region && isHome));
    assert.equal(compartments[0]?.isRoot, true);
    const names = shapes.map(({ name }) => name);
    for (const name of ['VM.GPU3.1', 'VM.GPU3.2', 'VM.GPU3.4', 'BM.GPU3.8', 'BM.GPU4.8']) {
      assert.ok(names.includes(name), name);
    }
    const tutorial = shapes.find(({ name }) => name === 'VM.GPU3.2');
    assert.equal(tutorial?.gpus, 2);
    assert.equal(tutorial.price?.usdPerHour, 5.9);
    const images = await cloud.images(simulated.compartmentId, tutorial);
    assert.match(images[0]?.name ?? '', /^Oracle-Linux-9.*-Gen2-GPU-/);
    assert.ok(images.some(({ name }) => name.startsWith('Oracle-Linux-7.9-Gen2-GPU-')));
  });

  it('M4: makes the network once, however often and from however many launches it is asked', async () => {
    const ensure = () => cloud.ensureLabNetwork(simulated.compartmentId, { tags: {} });
    const [first, second] = await Promise.all([ensure(), ensure()]);
    assert.deepEqual(first, second);
    assert.deepEqual(await ensure(), first);
    assert.equal(
      simulated.resources().filter((name) => name.startsWith('Vcn ')).length,
      atFirst.filter((name) => name.startsWith('Vcn ')).length + 1,
    );
  });

  it('opens port 22 to one address, and closes it again', async () => {
    const { networkSecurityGroupId } = await cloud.ensureLabNetwork(simulated.compartmentId, { tags: {} });
    await cloud.allowSshFrom(networkSecurityGroupId, '203.0.113.7');
    await cloud.allowSshFrom(networkSecurityGroupId, '203.0.113.7/32');
    const cidrs = async () => (await cloud.listSshSources(networkSecurityGroupId)).map(({ cidr }) => cidr);
    assert.deepEqual(await cidrs(), ['203.0.113.7/32']);
    await cloud.revokeSshFrom(networkSecurityGroupId, '203.0.113.7');
    assert.deepEqual(await cidrs(), []);
  });

  it('M4, M6: launches once for a token, finds it by its tag, reads address and fingerprints, and removes everything', async () => {
    const launchId = randomUUID();
    const network = await cloud.ensureLabNetwork(simulated.compartmentId, { tags: {} });
    const asked = await request(network, launchId);
    const token = randomUUID();
    const [outcome, again] = await Promise.all([cloud.launch(asked, token), cloud.launch(asked, token)]);
    assert.ok(outcome.kind === 'launched' && again.kind === 'launched');
    assert.equal(outcome.instance.id, again.instance.id);

    const place = { compartmentId: simulated.compartmentId };
    const running = await stateOf(outcome.instance.id, 'RUNNING');
    const address = await soon('the public address', async () => {
      const addresses = await cloud.addresses(running);
      return addresses?.publicIp === undefined ? undefined : addresses;
    });
    assert.ok(address.privateIp);
    const fingerprints = await soon('the fingerprints', async () => {
      const shown = await cloud.hostKeyFingerprints(running.id);
      return shown.kind === 'complete' ? shown : undefined;
    });
    assert.ok(fingerprints.keys.some(({ algorithm }) => algorithm === 'ssh-ed25519'));
    const before = simulated.exchanges.length;
    const found = await cloud.instancesOfLaunch({ launchId, ...place });
    assert.deepEqual(
      found.map(({ id }) => id),
      [running.id],
    );
    const looks = simulated.exchanges.slice(before);
    assert.ok(
      looks.every(({ operation }) => operation === 'ListInstances'),
      'its compartment alone is looked at',
    );
    assert.equal((await cloud.bootVolumeOf(running.id))?.sizeGb, 200);

    assert.deepEqual(await cloud.removeLabNetworkIfUnused(place), { kind: 'inUse' });
    await cloud.terminate(running.id, { preserveBootVolume: false });
    await stateOf(running.id, 'TERMINATED');
    assert.deepEqual(await cloud.removeLabNetworkIfUnused(place), { kind: 'removed' });
    assert.deepEqual(await cloud.removeLabNetworkIfUnused(place), { kind: 'nothingThere' });
    assert.deepEqual(simulated.resources(), atFirst);
  });
});
