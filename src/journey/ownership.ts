import type { Lease } from '../instances/lease';
import { acquireLease } from '../instances/lease';
import type { Logger } from '../ports/logger';

/** What knowing who owns what needs. */
export interface OwnershipDeps {
  /** Folder of the leases, shared by all windows. */
  readonly folder: string;
  readonly logger: Logger;
  /** Another window took an instance over: whatever this one does with it has to end. */
  readonly lost: (id: string) => void;
  /** Who owns an instance is known anew. */
  readonly changed: () => void;
}

/** Which instances this window may act on. One window owns an instance at a time; the others follow. */
export interface Ownership {
  /** Tries to become the owner. @returns whether this window is it now */
  readonly own: (id: string) => Promise<boolean>;
  isOwned(id: string): boolean;
  /** Another window was seen to own it. */
  isElsewhere(id: string): boolean;
  /** From this call on it is not owned, unless it is asked for again. */
  letGo(id: string): Promise<void>;
  /** The same, of one that may just be being asked for. */
  release(id: string): Promise<void>;
  /** Gives all of them up, those that are just being asked for too; from then on this window owns nothing. */
  close(): Promise<void>;
}

export function createOwnership({ folder, logger, lost, changed }: OwnershipDeps): Ownership {
  const leases = new Map<string, Lease>();
  /** Two questions at once must not compete with each other for the same lease. */
  const asking = new Map<string, Promise<boolean>>();
  const elsewhere = new Set<string>();
  /** Being given up: until that is done, the lock file would say that somebody has it. */
  const leaving = new Map<string, Promise<void>>();
  let isClosed = false;

  const setElsewhere = (id: string, isSo: boolean): void => {
    if (elsewhere.has(id) === isSo) return;
    if (isSo) elsewhere.add(id);
    else elsewhere.delete(id);
    changed();
  };

  const acquire = async (id: string): Promise<boolean> => {
    await leaving.get(id);
    const lease = await acquireLease(folder, id);
    setElsewhere(id, lease === undefined);
    if (!lease) return false;
    leases.set(id, lease);
    lease.onLost(() => {
      if (leases.get(id) !== lease) return;
      logger.warn(`${id}: another window took over.`);
      leases.delete(id);
      lost(id);
      setElsewhere(id, true);
    });
    return true;
  };

  const letGo = async (id: string): Promise<void> => {
    const lease = leases.get(id);
    if (!lease) return;
    leases.delete(id);
    const left = lease.release().finally(() => leaving.delete(id));
    leaving.set(id, left);
    await left;
  };

  const release = async (id: string): Promise<void> => {
    await asking.get(id);
    elsewhere.delete(id);
    await letGo(id);
  };

  return {
    own: (id) => {
      if (leases.has(id)) return Promise.resolve(true);
      if (isClosed) return Promise.resolve(false);
      const known = asking.get(id);
      if (known) return known;
      const asked = acquire(id).finally(() => asking.delete(id));
      asking.set(id, asked);
      return asked;
    },
    isOwned: (id) => leases.has(id),
    isElsewhere: (id) => elsewhere.has(id),
    letGo,
    release,
    close: async () => {
      isClosed = true;
      await Promise.allSettled(asking.values());
      await Promise.all([...[...leases.keys()].map(release), ...leaving.values()]);
    },
  };
}
