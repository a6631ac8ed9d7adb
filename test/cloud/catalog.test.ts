import assert from 'node:assert/strict';
import type { Cloud } from '../../src/cloud';
import { connect } from './connect';
import { startLocalService, type LocalService } from './local-service';

const place = { compartmentId: 'ocid1.compartment.oc1..c', availabilityDomain: 'Uocm:PHX-AD-1' };

describe('what can be launched', () => {
  let service: LocalService;
  let cloud: Cloud;
  beforeEach(async function () {
    this.timeout(20_000);
    service = await startLocalService(() => ({}));
    cloud = await connect(service.endpoint);
  });
  afterEach(() => service.close());

  it('is read to the last page, although the first is empty and the page token holds signs', async () => {
    service.answer = ({ url }) => {
      const page = url.searchParams.get('page');
      if (page === null) return { body: [], headers: { 'opc-next-page': 'a+b/c=&d' } };
      assert.equal(page, 'a+b/c=&d');
      return {
        body: [{ id: 'i', displayName: 'one', availabilityDomain: 'AD', shape: 'S', timeCreated: '' }],
      };
    };
    const instances = await cloud.instances('ocid1.compartment.oc1..c', { includeTerminated: false });
    assert.deepEqual(
      instances.map(({ name }) => name),
      ['one'],
    );
  });

  it('lists the compartments with the root, which OCI leaves out, first', async () => {
    service.answer = ({ target }) =>
      target.includes('/tenancies/')
        ? { body: { id: 'ocid1.tenancy.oc1..aaaa', name: 'acme' } }
        : {
            body: [
              { id: 'c2', compartmentId: 'c1', name: 'gpu' },
              { id: 'c1', compartmentId: 'ocid1.tenancy.oc1..aaaa', name: 'research' },
            ],
          };
    const compartments = await cloud.compartments();
    assert.deepEqual(
      compartments.map(({ path, isRoot }) => [path, isRoot]),
      [
        ['acme', true],
        ['research', false],
        ['research / gpu', false],
      ],
    );
  });

  it('compares a GPU limit with the number of GPUs, not of instances', async () => {
    service.answer = () => ({ body: { used: 1, available: 1 } });
    const shape = { quotaNames: ['gpu3-count'], gpus: 2, ocpus: 12, memoryGb: 180 };
    const state = await cloud.limit({ ...place, shape });
    assert.deepEqual(state, { kind: 'tooLow', available: 1, needed: 2, limitName: 'gpu3-count' });
  });

  it('asks for a regional limit without a domain, and asks once', async () => {
    service.answer = ({ url }) =>
      url.searchParams.has('availabilityDomain')
        ? { status: 400, body: { code: 'InvalidParameter', message: 'availabilityDomain must not be given' } }
        : { body: { used: 0, available: 8 } };
    const question = { ...place, shape: { quotaNames: ['gpu3-count'], gpus: 2, ocpus: 12, memoryGb: 180 } };
    assert.equal((await cloud.limit(question)).kind, 'enough');
    assert.equal((await cloud.limit(question)).kind, 'enough');
    assert.equal(service.requests.length, 2);
  });

  it('does not fail because a limit or the capacity cannot be had', async () => {
    service.answer = () => ({ status: 404, body: { code: 'NotAuthorizedOrNotFound', message: 'no' } });
    const shape = { quotaNames: ['gpu3-count'], gpus: 2, ocpus: 12, memoryGb: 180 };
    assert.equal((await cloud.limit({ ...place, shape })).kind, 'unknown');
    assert.deepEqual(await cloud.capacity([{ name: 'VM.GPU3.2' }], ['AD-1']), [
      { shape: 'VM.GPU3.2', availabilityDomain: 'AD-1', status: 'unknown' },
    ]);
  });

  it('M3: tries the domains that say they have room first, and leaves none out', async () => {
    const said: Record<string, string> = {
      'AD-1': 'OUT_OF_HOST_CAPACITY',
      'AD-2': 'HARDWARE_NOT_SUPPORTED',
      'AD-3': 'AVAILABLE',
    };
    service.answer = ({ body }) => {
      const { availabilityDomain } = JSON.parse(body) as { availabilityDomain: string };
      const availabilityStatus = said[availabilityDomain];
      return { body: { shapeAvailabilities: [{ instanceShape: 'VM.GPU3.2', availabilityStatus }] } };
    };
    assert.deepEqual(await cloud.domainsByCapacity('VM.GPU3.2', ['AD-1', 'AD-2', 'AD-3']), [
      'AD-3',
      'AD-1',
      'AD-2',
    ]);
  });

  it('asks for the capacity of at most ten shapes at a time', async () => {
    service.answer = ({ body }) => {
      const { shapeAvailabilities } = JSON.parse(body) as { shapeAvailabilities: unknown[] };
      assert.ok(shapeAvailabilities.length <= 10);
      return { body: { shapeAvailabilities: [] } };
    };
    const shapes = Array.from({ length: 23 }, (_, index) => ({ name: `S${index}` }));
    assert.equal((await cloud.capacity(shapes, ['AD-1'])).length, 23);
    assert.equal(service.requests.length, 3);
  });

  it('has no address before there is a VNIC, and no public one before it has come', async () => {
    const instance = { id: 'i', compartmentId: 'c' };
    service.answer = () => ({ body: [] });
    assert.equal(await cloud.addresses(instance), undefined);
    service.answer = ({ target }) =>
      target.includes('/vnicAttachments')
        ? { body: [{ vnicId: 'v', lifecycleState: 'ATTACHED' }] }
        : { body: { id: 'v', isPrimary: true, privateIp: '10.0.0.5', publicIp: null } };
    assert.deepEqual(await cloud.addresses(instance), { privateIp: '10.0.0.5' });
  });
});
