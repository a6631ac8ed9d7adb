import { orAborted } from '../waiting/or-aborted';
import { createInTurn } from './in-turn';
import { ensureLabNetwork, openFor, type EnsureNetwork } from './network';
import { removeLabNetwork, type NetworkRemoval, type Removal, type RemovalDeps } from './network-removal';
import type { LabNetwork } from './types';

/** Lists may lag behind creates for seconds: what was made here less than this ago need not be listed (milliseconds). */
const freshMs = 60_000;

/** The lab's networks, one in each compartment. */
export interface LabNetworks {
  ensure(request: EnsureNetwork): Promise<LabNetwork>;
  removeIfUnused(place: Removal): Promise<NetworkRemoval>;
}

/** Launches at once, or right after each other, get the same network: one works at a time, and what is fresh is remembered. */
export function createLabNetworks(deps: RemovalDeps): LabNetworks {
  const inTurn = createInTurn();
  const fresh = new Map<string, { readonly network: LabNetwork; readonly until: number }>();

  /** A turn may be minutes away, which a cancel must not wait for; what is aborted by then does nothing in its own. */
  const inItsTurn = <T>(
    { compartmentId, signal }: Pick<Removal, 'compartmentId' | 'signal'>,
    work: () => Promise<T>,
  ): Promise<T> => {
    const turn = inTurn(compartmentId, () => {
      signal?.throwIfAborted();
      return work();
    });
    return signal ? orAborted(turn, signal) : turn;
  };

  return {
    ensure: (request) =>
      inItsTurn(request, async () => {
        const made = fresh.get(request.compartmentId);
        if (made !== undefined && deps.clock.now() < made.until) {
          await openFor(deps, request, made.network.networkSecurityGroupId);
          return made.network;
        }
        const network = await ensureLabNetwork(deps, request);
        fresh.set(request.compartmentId, { network, until: deps.clock.now() + freshMs });
        return network;
      }),
    removeIfUnused: (place) =>
      inItsTurn(place, () => {
        fresh.delete(place.compartmentId);
        return removeLabNetwork(deps, place);
      }),
  };
}
