import assert from 'node:assert/strict';
import {
  ConfigFileAuthenticationDetailsProvider,
  NoRetryConfigurationDetails,
  SessionAuthDetailProvider,
} from 'oci-common';
import { ComputeClient, VirtualNetworkClient, models } from 'oci-core';
import { IdentityClient } from 'oci-identity';
import { LimitsClient } from 'oci-limits';
import { WorkRequestClient } from 'oci-workrequests';
import { until } from '../../src/waiting/until';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';

/** Milliseconds before scaling: long where a test has to be quicker than the cloud. */
const delays = { unknownId: 100_000, publicAddress: 30_000_000, vnicReference: 30_000_000 };

/** The unmodified SDK against the simulated cloud. */
describe('the simulated cloud', () => {
  let cloud: SimulatedCloud;
  beforeEach(async () => {
    cloud = await startSimulatedCloud({ timeScale: 0.002, delays });
  });
  afterEach(() => cloud.close());

  it('lists compartments and regions to a signed request, with an empty first page', async () => {
    const identity = clients(cloud).identity;
    const { tenancyId } = cloud;
    const first = await identity.listCompartments({ compartmentId: tenancyId });
    assert.deepEqual(first.items, []);
    assert.ok(first.opcNextPage);
    const second = await identity.listCompartments({ compartmentId: tenancyId, page: first.opcNextPage });
    assert.deepEqual(
      second.items.map(({ name }) => name),
      ['notebooks', 'production'],
    );
    assert.match(second.opcRequestId, /^[0-9A-F-]+\/[0-9A-F]{32}\/[0-9A-F]{32}$/);
  });

  it('refuses a signature by an unknown key', async () => {
    const other = await startSimulatedCloud({ timeScale: 0 });
    try {
      const stranger = clients(other, cloud.endpoint).identity;
      await assert.rejects(stranger.getTenancy({ tenancyId: cloud.tenancyId }), {
        statusCode: 401,
        serviceCode: 'NotAuthenticated',
      });
    } finally {
      await other.close();
    }
  });

  it('accepts a session token until it expires', async () => {
    const session = cloud.credentials.addSessionProfile('SESSION');
    // The SDK keeps the newline at the end of the token file, and no request with it can be sent.
    const provider = new SessionAuthDetailProvider(cloud.credentials.configFile, 'SESSION');
    const token = (await provider.getSecurityToken()).trim();
    provider.getSecurityToken = async () => token;
    provider.getKeyId = async () => `ST$${token}`;
    const identity = new IdentityClient({ authenticationDetailsProvider: provider });
    identity.endpoint = cloud.endpoint;
    const ask = () =>
      identity.getTenancy({
        tenancyId: cloud.tenancyId,
        retryConfiguration: NoRetryConfigurationDetails,
      });
    assert.equal((await ask()).tenancy.id, cloud.tenancyId);
    session.expire();
    await assert.rejects(ask, { statusCode: 401 });
  });

  it('launches into the lab network, shows addresses late, and is gone after terminate', async () => {
    const { compute, network, work } = clients(cloud);
    const { compartmentId } = cloud;
    const launchDetails = await prepare(cloud);
    const launched = await compute.launchInstance({
      launchInstanceDetails: launchDetails,
      opcRetryToken: 'one-launch',
    });
    const again = await compute.launchInstance({
      launchInstanceDetails: launchDetails,
      opcRetryToken: 'one-launch',
    });
    const { id } = launched.instance;
    assert.equal(again.instance.id, id);
    await assert.rejects(compute.getInstance({ instanceId: id }), { statusCode: 404 });

    await state(compute, id, 'RUNNING');
    const request = await work.getWorkRequest({ workRequestId: launched.opcWorkRequestId });
    assert.equal(request.workRequest.status, 'SUCCEEDED');
    const attachments = await all((page) =>
      compute.listVnicAttachments({ compartmentId, instanceId: id, ...page }),
    );
    const vnicId = attachments[0]?.vnicId ?? '';
    assert.equal((await network.getVnic({ vnicId })).vnic.publicIp, undefined);
    cloud.advance(60_000);
    const address = await eventually(
      'the public address',
      async () => (await network.getVnic({ vnicId })).vnic.publicIp,
    );
    assert.match(address, /^192\.0\.2\./);

    await compute.terminateInstance({ instanceId: id });
    await state(compute, id, 'TERMINATED');
    assert.deepEqual(cloud.billing(), { instances: [], bootVolumes: [] });
    const subnetId = launchDetails.createVnicDetails?.subnetId ?? '';
    await assert.rejects(network.deleteSubnet({ subnetId }), {
      statusCode: 409,
      message: /references the VNIC/,
    });
    cloud.advance(60_000);
    await eventually('the subnet to be free', () =>
      network.deleteSubnet({ subnetId }).catch(() => undefined),
    );
  });

  it('opens port 22 to the address that the rules name, and to no other', async () => {
    const { compute } = clients(cloud);
    const { instance } = await compute.launchInstance({ launchInstanceDetails: await prepare(cloud) });
    await state(compute, instance.id, 'RUNNING');
    assert.equal(cloud.isReachable(instance.id), true);
    await cloud.moveCaller('198.51.100.9');
    assert.equal(cloud.isReachable(instance.id), false);
  });

  it('boots a kept disk again', async () => {
    const { compute } = clients(cloud);
    const details = await prepare(cloud);
    const { instance } = await compute.launchInstance({ launchInstanceDetails: details });
    await state(compute, instance.id, 'RUNNING');
    await compute.terminateInstance({ instanceId: instance.id, preserveBootVolume: true });
    await state(compute, instance.id, 'TERMINATED');
    const [disk] = cloud.billing().bootVolumes;
    assert.ok(disk);
    const sourceDetails: models.InstanceSourceViaBootVolumeDetails = {
      sourceType: 'bootVolume',
      bootVolumeId: disk.id,
    };
    const resumed = await compute.launchInstance({ launchInstanceDetails: { ...details, sourceDetails } });
    await state(compute, resumed.instance.id, 'RUNNING');
  });

  it('refuses for limits, capacity, a wrong image and another body under the same retry token', async () => {
    const { compute } = clients(cloud);
    const details = await prepare(cloud);
    const gpuImage = await imageNamed(cloud, /Linux-9.*Gen2-GPU/);
    const launch = (changes: object, opcRetryToken = 'token') =>
      compute.launchInstance({
        launchInstanceDetails: { ...details, sourceDetails: gpuImage, ...changes },
        opcRetryToken,
        retryConfiguration: NoRetryConfigurationDetails,
      });
    await assert.rejects(launch({ shape: 'VM.GPU2.1' }), { statusCode: 400, serviceCode: 'LimitExceeded' });
    await assert.rejects(launch({ shape: 'VM.GPU.A10.1' }), {
      statusCode: 500,
      message: 'Out of host capacity.',
    });
    await assert.rejects(launch({ shape: 'VM.Standard2.1' }), {
      statusCode: 400,
      message: /not valid for image/,
    });
    await launch({ shape: 'VM.GPU3.1' });
    await assert.rejects(launch({ shape: 'VM.GPU3.2' }), {
      statusCode: 409,
      serviceCode: 'InvalidatedRetryToken',
    });
    cloud.advance(25 * 3_600_000);
    await launch({ shape: 'VM.GPU3.2' });
  });

  it('acts out faults: an answer, a lost one, a launch that fails later', async () => {
    const { compute, work } = clients(cloud);
    const details = await prepare(cloud);
    cloud.faults.on('LaunchInstance', {
      answer: { status: 429, code: 'TooManyRequests', message: 'Slow down' },
    });
    cloud.faults.on('LaunchInstance', { nth: 2, reset: 'after-work' });
    cloud.faults.on('LaunchInstance', {
      nth: 3,
      failLater: { code: 'InternalError', message: 'Out of host capacity.' },
    });
    const launch = () =>
      compute.launchInstance({
        launchInstanceDetails: details,
        retryConfiguration: NoRetryConfigurationDetails,
      });
    await assert.rejects(launch, { statusCode: 429 });
    await assert.rejects(launch);
    assert.equal(cloud.billing().instances.length, 1);
    const { instance, opcWorkRequestId } = await launch();
    await state(compute, instance.id, 'TERMINATED');
    const errors = await all((page) =>
      work.listWorkRequestErrors({ workRequestId: opcWorkRequestId, ...page }),
    );
    assert.equal(errors[0]?.message, 'Out of host capacity.');
  });

  it('asks for the availability domain of a limit exactly when the limit has one', async () => {
    const { limits } = clients(cloud);
    const ask = (availabilityDomain?: string) =>
      limits.getResourceAvailability({
        serviceName: 'compute',
        limitName: 'gpu3-count',
        compartmentId: cloud.tenancyId,
        ...(availabilityDomain === undefined ? {} : { availabilityDomain }),
        retryConfiguration: NoRetryConfigurationDetails,
      });
    await assert.rejects(ask(), { statusCode: 400, serviceCode: 'InvalidParameter' });
    assert.equal((await ask(cloud.availabilityDomains()[0])).resourceAvailability.available, 16);
  });

  it('serves another region under its own path', async () => {
    const { identity } = clients(cloud, cloud.endpointTemplate.replace('{region}', 'us-phoenix-1'));
    const { items: domains } = await identity.listAvailabilityDomains({ compartmentId: cloud.tenancyId });
    assert.deepEqual(
      domains.map(({ name }) => name),
      ['Uocm:PHX-AD-1', 'Uocm:PHX-AD-2', 'Uocm:PHX-AD-3'],
    );
  });

  it('records exchanges without signatures', async () => {
    await clients(cloud).identity.getTenancy({ tenancyId: cloud.tenancyId });
    const [exchange] = cloud.exchanges;
    assert.equal(exchange?.operation, 'GetTenancy');
    assert.match(exchange.requestHeaders['authorization'] ?? '', /signature="\*\*\*"/);
  });
});

function clients(cloud: SimulatedCloud, endpoint = cloud.endpoint) {
  const authenticationDetailsProvider = new ConfigFileAuthenticationDetailsProvider(
    cloud.credentials.configFile,
    cloud.credentials.profile,
  );
  const at = <Client extends { endpoint: string }>(client: Client): Client => {
    client.endpoint = endpoint;
    return client;
  };
  const auth = { authenticationDetailsProvider };
  return {
    identity: at(new IdentityClient(auth)),
    compute: at(new ComputeClient(auth)),
    network: at(new VirtualNetworkClient(auth)),
    limits: at(new LimitsClient(auth)),
    work: at(new WorkRequestClient(auth)),
  };
}

/** The lab network and a launch on it, as the journey makes them. */
async function prepare(cloud: SimulatedCloud): Promise<models.LaunchInstanceDetails> {
  const { network } = clients(cloud);
  const { compartmentId } = cloud;
  const { vcn } = await network.createVcn({
    createVcnDetails: { compartmentId, cidrBlocks: ['10.0.0.0/16'] },
  });
  const { internetGateway } = await network.createInternetGateway({
    createInternetGatewayDetails: { compartmentId, vcnId: vcn.id, isEnabled: true },
  });
  await network.updateRouteTable({
    rtId: vcn.defaultRouteTableId ?? '',
    updateRouteTableDetails: {
      routeRules: [
        {
          destination: '0.0.0.0/0',
          destinationType: models.RouteRule.DestinationType.CidrBlock,
          networkEntityId: internetGateway.id,
        },
      ],
    },
  });
  const { securityList } = await network.createSecurityList({
    createSecurityListDetails: {
      compartmentId,
      vcnId: vcn.id,
      ingressSecurityRules: [],
      egressSecurityRules: [{ destination: '0.0.0.0/0', protocol: 'all' }],
    },
  });
  const { networkSecurityGroup: group } = await network.createNetworkSecurityGroup({
    createNetworkSecurityGroupDetails: { compartmentId, vcnId: vcn.id },
  });
  await network.addNetworkSecurityGroupSecurityRules({
    networkSecurityGroupId: group.id,
    addNetworkSecurityGroupSecurityRulesDetails: {
      securityRules: [
        {
          direction: models.AddSecurityRuleDetails.Direction.Ingress,
          protocol: '6',
          source: '203.0.113.7/32',
          tcpOptions: { destinationPortRange: { min: 22, max: 22 } },
        },
      ],
    },
  });
  const { subnet } = await network.createSubnet({
    createSubnetDetails: {
      compartmentId,
      vcnId: vcn.id,
      cidrBlock: '10.0.0.0/24',
      securityListIds: [securityList.id],
    },
  });
  await eventually('the subnet to be known', () =>
    network.getSubnet({ subnetId: subnet.id }).catch(() => undefined),
  );
  return {
    compartmentId,
    availabilityDomain: cloud.availabilityDomains()[0] ?? '',
    shape: 'VM.Standard2.1',
    sourceDetails: await imageNamed(cloud, /^debian/),
    createVnicDetails: { subnetId: subnet.id, assignPublicIp: true, nsgIds: [group.id] },
    metadata: { ssh_authorized_keys: 'ssh-ed25519 AAAA someone' },
  };
}

async function imageNamed(
  cloud: SimulatedCloud,
  name: RegExp,
): Promise<models.InstanceSourceViaImageDetails> {
  const { compute } = clients(cloud);
  const images = await all((page) => compute.listImages({ compartmentId: cloud.compartmentId, ...page }));
  const image = images.find(({ displayName }) => name.test(displayName ?? ''));
  assert.ok(image, `an image like ${String(name)}`);
  return { sourceType: 'image', imageId: image.id };
}

async function all<T>(
  ask: (page: { page?: string }) => Promise<{ items: T[]; opcNextPage?: string }>,
): Promise<T[]> {
  const items: T[] = [];
  let page: string | undefined;
  do {
    const answer = await ask(page === undefined ? {} : { page });
    items.push(...answer.items);
    page = answer.opcNextPage || undefined;
  } while (page !== undefined);
  return items;
}

const eventually = <T>(what: string, probe: () => Promise<T | undefined>): Promise<T> =>
  until(probe, { what, limitMs: 5_000, everyMs: 10 });

const state = (compute: ComputeClient, instanceId: string, wanted: string): Promise<true> =>
  eventually(`the instance to be ${wanted}`, async () => {
    const found = await compute.getInstance({ instanceId }).catch(() => undefined);
    return String(found?.instance.lifecycleState) === wanted ? true : undefined;
  });
