import assert from 'node:assert/strict';
import { isCloudError, type Cloud, type LaunchRequest } from '../../src/cloud';
import { connect, createFastClock } from './connect';
import { startLocalService, type LocalService, type Reply } from './local-service';

const request: LaunchRequest = {
  compartmentId: 'ocid1.compartment.oc1..c',
  availabilityDomain: 'Uocm:PHX-AD-1',
  name: 'gpu-lab',
  shape: 'VM.GPU3.2',
  source: {
    kind: 'image',
    image: {
      id: 'ocid1.image.oc1..i',
      isPlatformImage: true,
      operatingSystem: 'Oracle Linux',
      minBootVolumeGb: 50,
    },
    bootVolumeSizeInGBs: 200,
  },
  subnetId: 'ocid1.subnet.oc1..s',
  assignPublicIp: true,
  networkSecurityGroupIds: [],
  sshPublicKey: 'ssh-ed25519 AAAA me',
  freeformTags: {},
};
const instance = {
  id: 'ocid1.instance.oc1..i',
  availabilityDomain: 'Uocm:PHX-AD-1',
  compartmentId: request.compartmentId,
  lifecycleState: 'PROVISIONING',
  region: 'phx',
  shape: 'VM.GPU3.2',
  shapeConfig: { ocpus: 12, memoryInGBs: 180, gpus: 2 },
  timeCreated: '2026-11-24T00:00:00.000Z',
};
const refusal = (status: number, code: string, message: string): Reply => ({
  status,
  body: { code, message },
});
const notFound = refusal(
  404,
  'NotAuthorizedOrNotFound',
  'Authorization failed or requested resource not found.',
);

describe('launching in one domain', () => {
  let service: LocalService;
  let cloud: Cloud;
  before(async function () {
    this.timeout(20_000);
    service = await startLocalService(() => ({}));
    cloud = await connect(service.endpoint, { clock: createFastClock() });
  });
  after(() => service.close());
  beforeEach(() => service.forget());

  const launches = () => service.requests.filter(({ target }) => target.endsWith('/instances'));

  it('gives the instance and its work request, and sends the token it was given', async () => {
    service.answer = () => ({
      body: instance,
      headers: { 'opc-work-request-id': 'ocid1.workrequest.oc1..w' },
    });
    const outcome = await cloud.launch(request, 'token-1');
    assert.ok(outcome.kind === 'launched');
    assert.equal(outcome.workRequestId, 'ocid1.workrequest.oc1..w');
    assert.equal(outcome.instance.gpus, 2);
    assert.equal(outcome.instance.timeCreated, '2026-11-24T00:00:00.000Z');
    assert.deepEqual(
      launches().map(({ headers }) => headers['opc-retry-token']),
      ['token-1'],
    );
  });

  it('repeats with the same token when the answer was lost', async () => {
    service.answer = (_, count) => (count === 1 ? 'cut' : { body: instance });
    assert.equal((await cloud.launch(request, 'token-2')).kind, 'launched');
    assert.deepEqual(
      launches().map(({ headers }) => headers['opc-retry-token']),
      ['token-2', 'token-2'],
    );
  });

  const outcomes: readonly (readonly [string, Reply])[] = [
    ['outOfCapacity', refusal(500, 'InternalError', 'Out of host capacity.')],
    [
      'limitExceeded',
      refusal(400, 'LimitExceeded', 'The following service limits were exceeded: gpu3-count'),
    ],
    ['quotaExceeded', refusal(400, 'QuotaExceeded', 'Quota gpu3-count exceeded')],
    ['notOffered', refusal(404, 'NotAuthorizedOrNotFound', 'shape VM.GPU3.2 not found')],
  ];
  for (const [kind, reply] of outcomes) {
    it(`ends as ${kind} after one call`, async () => {
      service.answer = () => reply;
      assert.equal((await cloud.launch(request, 'token')).kind, kind);
      assert.equal(service.requests.length, 1);
    });
  }

  it('finds out by the domain’s shapes when a 404 does not say what is missing', async () => {
    service.answer = ({ target }) =>
      target.includes('/shapes') ? { body: [{ shape: 'VM.Standard.E4.Flex' }] } : notFound;
    assert.equal((await cloud.launch(request, 'token')).kind, 'notOffered');
  });

  it('waits for a subnet that has just been made and is not known everywhere yet', async () => {
    service.answer = ({ target }) => {
      if (target.includes('/shapes')) return { body: [{ shape: 'VM.GPU3.2' }] };
      return launches().length < 4 ? notFound : { body: instance };
    };
    assert.equal((await cloud.launch(request, 'token')).kind, 'launched');
  });

  it('says that a token was used for something else', async () => {
    service.answer = () =>
      refusal(409, 'InvalidatedRetryToken', 'The retry token was used with another request');
    await assert.rejects(cloud.launch(request, 'token'), (error) => isCloudError(error, 'conflict'));
  });

  it('can still fail as a work request, for lack of room too', async () => {
    service.answer = ({ target }) =>
      target.includes('/errors')
        ? {
            body: [
              { code: 'InternalError', message: 'Out of host capacity.', timestamp: '2026-11-24T00:00:00Z' },
            ],
          }
        : { body: { id: 'w', status: 'FAILED', percentComplete: 5 } };
    const progress = await cloud.launchProgress('w');
    assert.ok(progress.kind === 'failed');
    assert.equal(progress.outOfCapacity, true);
  });

  it('is undone by a terminate, which says so when OCI does not know the instance (yet)', async () => {
    service.answer = () => notFound;
    const terminated = cloud.terminate('ocid1.instance.oc1..i', { preserveBootVolume: false });
    await assert.rejects(terminated, (error) => isCloudError(error, 'notFound'));
    assert.match(service.requests[0]?.target ?? '', /preserveBootVolume=false/);
  });
});
