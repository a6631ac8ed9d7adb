import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { launchTags, type Cloud, type Instance, type LabNetwork, type LaunchRequest } from '../../src/cloud';
import { keptDiskTags } from '../../src/cloud/tags';
import { until } from '../../src/waiting/until';
import type { SimulatedCloud } from '../sandbox/cloud/simulated-cloud';

/** Makes every call that {@link Cloud} has, in the order in which a person causes them. */
export async function takeTour(cloud: Cloud, simulated: SimulatedCloud): Promise<void> {
  const { compartmentId } = simulated;
  await lookAround(cloud, compartmentId);
  const network = await makeNetwork(cloud, compartmentId);
  const launchId = randomUUID();
  const request = await cpuLaunch(cloud, compartmentId, network, launchId);
  const first = await launch(cloud, request);
  const running = await inState(cloud, first, 'RUNNING');
  await cloud.launchProgress(first.workRequestId);
  await lookAt(cloud, running, launchId);
  for (const [action, state] of powerActions) {
    await cloud.power(running.id, action);
    await inState(cloud, first, state);
  }
  const disk = await cloud.bootVolumeOf(running.id);
  assert.ok(disk);
  const tags = keptDiskTags({ launchId, shape: running.shape });
  await cloud.tagBootVolume(disk.id, tags);
  assert.deepEqual(await cloud.labBootVolumes(), [], 'an instance uses it');
  await cloud.terminate(running.id, { preserveBootVolume: true });
  await inState(cloud, first, 'TERMINATED');
  const kept = await cloud.keptBootVolumes(disk);
  assert.deepEqual(
    kept.map(({ id }) => id),
    [disk.id],
  );
  const [found] = await cloud.labBootVolumes();
  assert.equal(found?.id, disk.id);
  assert.deepEqual(found.freeformTags, { ...disk.freeformTags, ...tags });
  const second = await launch(cloud, { ...request, source: { kind: 'bootVolume', bootVolumeId: disk.id } });
  const third = await launch(cloud, await gpuLaunch(cloud, request));
  for (const one of [second, third]) {
    await inState(cloud, one, 'RUNNING');
    await cloud.terminate(one.instance.id, { preserveBootVolume: one === second });
    await inState(cloud, one, 'TERMINATED');
  }
  await cloud.deleteBootVolume(disk.id);
  assert.deepEqual(await cloud.removeLabNetworkIfUnused({ compartmentId }), { kind: 'removed' });
}

type Launched = Awaited<ReturnType<typeof launch>>;

const powerActions = [
  ['softStop', 'STOPPED'],
  ['start', 'RUNNING'],
  ['reset', 'RUNNING'],
  ['stop', 'STOPPED'],
] as const;

async function lookAround(cloud: Cloud, compartmentId: string): Promise<void> {
  await cloud.regions();
  await cloud.compartments();
  const domains = (await cloud.availabilityDomains()).map(({ name }) => name);
  const shapes = await cloud.shapes(compartmentId, { includeCpu: true });
  const [availabilityDomain = ''] = domains;
  await cloud.capacity(shapes, domains);
  for (const shape of shapes) await cloud.limit({ compartmentId, availabilityDomain, shape });
  await cloud.subnets(compartmentId);
}

async function makeNetwork(cloud: Cloud, compartmentId: string): Promise<LabNetwork> {
  const network = await cloud.ensureLabNetwork(compartmentId, { tags: { 'oci-gpu-lab': 'test' } });
  const group = network.networkSecurityGroupId;
  await cloud.allowSshFrom(group, '203.0.113.7');
  await cloud.allowSshFrom(group, '198.51.100.0/24');
  await cloud.revokeSshFrom(group, '198.51.100.0/24');
  assert.equal((await cloud.listSshSources(group)).length, 1);
  await cloud.subnets(compartmentId);
  return network;
}

/** A flexible shape, with user data. */
async function cpuLaunch(
  cloud: Cloud,
  compartmentId: string,
  { subnetId, networkSecurityGroupId }: LabNetwork,
  launchId: string,
): Promise<LaunchRequest> {
  const shapes = await cloud.shapes(compartmentId, { includeCpu: true });
  const shape = shapes.find(({ flexible, cpu }) => flexible !== undefined && cpu === 'x86');
  assert.ok(shape);
  const [found] = await cloud.images(compartmentId, shape);
  assert.ok(found);
  const image = await cloud.image(found.id);
  const [availabilityDomain] = await cloud.domainsByCapacity(shape.name, shape.availabilityDomains);
  assert.ok(availabilityDomain);
  return {
    compartmentId,
    availabilityDomain,
    name: 'tour',
    shape: shape.name,
    shapeConfig: { ocpus: 2, memoryInGBs: 32 },
    source: { kind: 'image', image, bootVolumeSizeInGBs: 200 },
    subnetId,
    assignPublicIp: true,
    networkSecurityGroupIds: [networkSecurityGroupId],
    sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFYNZxFlNGq5rb4Pxk3ZM3VbVIDmfQCY1KNV5pOOnqK me',
    userData: '#cloud-config\n',
    freeformTags: launchTags({ launchId, setupWay: 'native' }),
  };
}

/** The tutorial's shape, preemptible. */
async function gpuLaunch(cloud: Cloud, request: LaunchRequest): Promise<LaunchRequest> {
  const shapes = await cloud.shapes(request.compartmentId, { includeCpu: false });
  const shape = shapes.find(({ name }) => name === 'VM.GPU3.2');
  assert.ok(shape);
  const [image] = await cloud.images(request.compartmentId, shape);
  assert.ok(image);
  return {
    ...request,
    shape: shape.name,
    shapeConfig: undefined,
    source: { kind: 'image', image, bootVolumeSizeInGBs: 200 },
    isPreemptible: true,
  };
}

async function launch(cloud: Cloud, request: LaunchRequest) {
  const outcome = await cloud.launch(request, randomUUID());
  assert.ok(outcome.kind === 'launched', outcome.kind);
  const { instance, workRequestId = '' } = outcome;
  return { instance, workRequestId };
}

async function lookAt(cloud: Cloud, running: Instance, launchId: string): Promise<void> {
  await soon('the public address', async () => (await cloud.addresses(running))?.publicIp);
  await soon('the fingerprints', async () =>
    (await cloud.hostKeyFingerprints(running.id)).kind === 'complete' ? true : undefined,
  );
  assert.match(await cloud.console(running.id), /END SSH HOST KEY FINGERPRINTS/);
  assert.deepEqual(
    (await cloud.labInstances()).map(({ id }) => id),
    (await cloud.instancesOfLaunch({ launchId, compartmentId: running.compartmentId })).map(({ id }) => id),
  );
  await cloud.instances(running.compartmentId, { includeTerminated: true });
}

const soon = <T>(what: string, look: () => Promise<T | undefined>): Promise<T> =>
  until(look, { what, limitMs: 20_000, everyMs: 50 });

const inState = (cloud: Cloud, { instance }: Launched, wanted: Instance['lifecycleState']) =>
  soon(wanted, async () => {
    // Just made, it may be unknown for a while.
    const seen = await cloud.instance(instance.id).catch(() => undefined);
    return seen?.lifecycleState === wanted ? seen : undefined;
  });
