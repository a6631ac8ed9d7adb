import assert from 'node:assert/strict';
import { createLabNetworks } from '../../../src/cloud/lab-networks';
import type { RemovalDeps } from '../../../src/cloud/network-removal';
import { createFakeClock } from '../journey/fake-clock';
import { deferred } from '../journey/deferred';

/** The networks of a region whose list of networks waits until it is let go. */
function heldNetworks() {
  const [asked, go] = [deferred(), deferred()];
  let looks = 0;
  const listVcns = async () => {
    looks++;
    asked.resolve();
    await go.promise;
    return { items: [] };
  };
  const clients = { network: { listVcns } } as unknown as RemovalDeps['clients'];
  return {
    networks: createLabNetworks({ clients, clock: createFakeClock() }),
    asked: asked.promise,
    letGo: go.resolve,
    get looks() {
      return looks;
    },
  };
}

describe('A cancel while the network of the compartment is in another’s hands', () => {
  const calls = [
    ['a network that is wanted', 'ensure'],
    ['a network that is to go', 'removeIfUnused'],
  ] as const;
  for (const [what, operation] of calls) {
    it(`does not wait for the turn of ${what}, which then does nothing`, async () => {
      const held = heldNetworks();
      const others = held.networks.removeIfUnused({ compartmentId: 'lab' });
      await held.asked;
      const cancel = new AbortController();
      const mine = held.networks[operation]({ compartmentId: 'lab', tags: {}, signal: cancel.signal });
      cancel.abort(new Error('cancelled'));
      await assert.rejects(mine, /cancelled/);
      held.letGo();
      assert.deepEqual(await others, { kind: 'nothingThere' });
      assert.deepEqual(await held.networks.removeIfUnused({ compartmentId: 'lab' }), {
        kind: 'nothingThere',
      });
      assert.equal(held.looks, 2);
    });
  }
});
