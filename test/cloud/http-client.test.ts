import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import type { Cloud } from '../../src/cloud';
import { isCloudError } from '../../src/cloud/errors';
import { connect, createFastClock, publicKey } from './connect';
import { startLocalService, type LocalService, type ReceivedRequest } from './local-service';

const image = (name: string) => ({
  id: `ocid1.image.oc1..${name}`,
  displayName: name,
  compartmentId: null,
  operatingSystem: 'Oracle Linux',
  operatingSystemVersion: '9',
  lifecycleState: 'AVAILABLE',
  sizeInMBs: 47694,
  timeCreated: '2026-02-28T00:00:00.000Z',
});

describe('requests to OCI, made by the real SDK', () => {
  let service: LocalService;
  let cloud: Cloud;
  const clock = createFastClock();

  before(async function () {
    // The first import of the SDK compiles 3 MB of code.
    this.timeout(20_000);
    service = await startLocalService(() => ({}));
    cloud = await connect(service.endpoint, { clock });
  });
  after(() => service.close());
  beforeEach(() => {
    clock.slept.length = 0;
    service.forget();
  });

  it('are signed so that the key in the profile verifies them', async () => {
    service.answer = () => ({ body: image('Oracle-Linux-9.7-Gen2-GPU-2026.02.28-0') });
    await cloud.image('ocid1.image.oc1..one');
    assert.equal(service.requests.length, 1);
    assert.ok(service.requests.every(hasValidSignature));
  });

  it('sign the body as well', async () => {
    service.answer = () => ({
      body: {
        id: 'ocid1.instance.oc1..i',
        availabilityDomain: 'AD-1',
        shape: 'S',
        timeCreated: '2026-11-24T00:00:00Z',
      },
    });
    await cloud.power('ocid1.instance.oc1..i', 'start');
    const [request] = service.requests;
    assert.ok(request);
    assert.match(request.target, /action=START/);
    assert.match(String(request.headers.authorization), /x-content-sha256/i);
    assert.ok(hasValidSignature(request));
  });

  it('are repeated when the service is busy, and carry a fresh signature', async () => {
    service.answer = (_, count) =>
      count < 3
        ? { status: 429, body: { code: 'TooManyRequests', message: 'Slow down' } }
        : { body: image('x') };
    await cloud.image('ocid1.image.oc1..one');
    assert.equal(service.requests.length, 3);
    assert.equal(clock.slept.length, 2);
    assert.ok(service.requests.every(hasValidSignature));
  });

  it('are repeated when the connection is cut or no answer comes', async () => {
    service.answer = (_, count) => (count === 1 ? 'cut' : count === 2 ? 'never' : { body: image('x') });
    await cloud.image('ocid1.image.oc1..one');
    assert.equal(service.requests.length, 3);
  });

  it('say of a refusal whether an earlier try had got no answer, and may have done its work', async () => {
    const refusal = { status: 401, body: { code: 'NotAuthenticated', message: 'no' } };
    for (const afterUnanswered of [false, true]) {
      service.forget();
      service.answer = (_, count) => (afterUnanswered && count === 1 ? 'cut' : refusal);
      await assert.rejects(
        cloud.image('ocid1.image.oc1..one'),
        (error) => isCloudError(error, 'notAuthenticated') && error.afterUnanswered === afterUnanswered,
      );
    }
  });

  it('end at once when cancelled, with the reason given', async () => {
    service.answer = () => 'never';
    const controller = new AbortController();
    const reason = new Error('the person pressed Cancel');
    setImmediate(() => controller.abort(reason));
    await assert.rejects(cloud.image('ocid1.image.oc1..one', controller.signal), (error) => error === reason);
  });

  it('say that nobody answers, with the name of who', async () => {
    const gone = await startLocalService(() => 'cut');
    await gone.close();
    const offline = await connect(gone.endpoint);
    await assert.rejects(offline.image('ocid1.image.oc1..one'), (error) => {
      assert.ok(isCloudError(error, 'unreachable'));
      assert.match(error.message, /127\.0\.0\.1:\d+ cannot be reached: the connection was refused/);
      return true;
    });
  });

  it('go on after ten failures in a row, at which the SDK by itself would send nothing any more', async () => {
    service.answer = () => ({ status: 404, body: { code: 'NotAuthorizedOrNotFound', message: 'no' } });
    for (let failures = 0; failures < 12; failures++) await assert.rejects(cloud.regions());
    service.answer = () => ({ body: [] });
    assert.deepEqual(await cloud.regions(), []);
    assert.equal(service.requests.length, 13);
  });

  it('read a console history, which is plain text', async () => {
    service.answer = ({ method, target }) => {
      if (target.includes('/data')) return { body: 'cloud-init finished\n' };
      if (method === 'DELETE') return { status: 204 };
      return { body: { id: 'ocid1.consolehistory.oc1..h', lifecycleState: 'SUCCEEDED' } };
    };
    assert.equal(await cloud.console('ocid1.instance.oc1..i'), 'cloud-init finished\n');
    assert.deepEqual(
      service.requests.map(({ method }) => method),
      ['POST', 'GET', 'GET', 'DELETE'],
    );
  });
});

/** Checks a request as OCI does: over the headers that the signature names, in their order. */
function hasValidSignature(request: ReceivedRequest): boolean {
  const authorization = String(request.headers.authorization);
  const field = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1] ?? '';
  const signed = field('headers')
    .toLowerCase()
    .split(' ')
    .map((name) =>
      name === '(request-target)'
        ? `${name}: ${request.method.toLowerCase()} ${request.target}`
        : `${name}: ${String(request.headers[name])}`,
    )
    .join('\n');
  return verify('sha256', Buffer.from(signed), publicKey, Buffer.from(field('signature'), 'base64'));
}
