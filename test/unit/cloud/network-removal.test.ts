import assert from 'node:assert/strict';
import { CloudError } from '../../../src/cloud/errors';
import { removeLabNetwork, type RemovalDeps } from '../../../src/cloud/network-removal';
import { createFakeClock } from '../journey/fake-clock';

const tag = { 'oci-gpu-lab-network': 'part' };

/** A network of a VCN and a subnet, which a list shows only some seconds after they were made. */
function aFreshNetwork(listedAfterMs: { readonly vcn: number; readonly subnet: number }) {
  const clock = createFakeClock();
  const begunAt = clock.now();
  const there = new Set<'vcn' | 'subnet'>(['vcn', 'subnet']);
  const part = (id: 'vcn' | 'subnet') => ({ id, lifecycleState: 'AVAILABLE', freeformTags: tag });
  const list = (id: 'vcn' | 'subnet') => () =>
    Promise.resolve({
      items: there.has(id) && clock.now() - begunAt >= listedAfterMs[id] ? [part(id)] : [],
    });
  const none = () => Promise.resolve({ items: [] });
  const network = {
    listVcns: list('vcn'),
    listSubnets: list('subnet'),
    listNetworkSecurityGroups: none,
    listSecurityLists: none,
    listInternetGateways: none,
    deleteSubnet: () => Promise.resolve(there.delete('subnet')),
    deleteVcn: () => {
      const inUse = new CloudError('There is a subnet in it.', { kind: 'conflict', operation: 'deleteVcn' });
      return there.has('subnet') ? Promise.reject(inUse) : Promise.resolve(there.delete('vcn'));
    },
  };
  const compute = { listInstances: none, listVnicAttachments: none };
  const clients = { network, compute } as unknown as RemovalDeps['clients'];
  return { there, begunAt, clock, deps: { clients, clock } };
}

describe('Removing a network that is only just being made', () => {
  it('looks for it until a list must show it', async () => {
    const { deps, begunAt, there } = aFreshNetwork({ vcn: 8_000, subnet: 0 });
    assert.deepEqual(await removeLabNetwork(deps, { compartmentId: 'lab', begunAt }), { kind: 'removed' });
    assert.equal(there.size, 0);
  });

  it('looks again for its parts while something that no list shows keeps it in use', async () => {
    const { deps, begunAt, there } = aFreshNetwork({ vcn: 0, subnet: 8_000 });
    assert.deepEqual(await removeLabNetwork(deps, { compartmentId: 'lab', begunAt }), { kind: 'removed' });
    assert.equal(there.size, 0);
  });

  it('leaves it alone when a launch is about to use it which no list shows', async () => {
    const { deps, there } = aFreshNetwork({ vcn: 0, subnet: 0 });
    const removal = { compartmentId: 'lab', isAwaited: () => true };
    assert.deepEqual(await removeLabNetwork(deps, removal), { kind: 'inUse' });
    assert.equal(there.size, 2);
  });

  it('does not wait for one that was begun long ago, or never', async () => {
    const { deps, clock } = aFreshNetwork({ vcn: Infinity, subnet: Infinity });
    const before = clock.now();
    for (const begunAt of [undefined, before - 60_000]) {
      const removal = { compartmentId: 'lab', begunAt };
      assert.deepEqual(await removeLabNetwork(deps, removal), { kind: 'nothingThere' });
    }
    assert.equal(clock.now(), before);
  });
});
