import * as v from 'valibot';
import type { HostKey, HostKeyCheck } from './types';

/** Where the known keys are kept, as plain JSON. Writes of several stores to one place are the owner's matter. */
export interface HostKeyStorage {
  /** What was saved last; undefined when nothing was. */
  load(): Promise<unknown>;
  save(content: unknown): Promise<void>;
}

/** Compared with what is known: never seen any key of this owner, the known one, or another than the known. */
export type HostKeyComparison = 'trusted' | 'changed' | 'unknown';

/**
 * The host keys that are known, by owner: an instance's id (its address changes when it is resumed) or `host:port`.
 */
export interface HostKeys {
  known(owner: string): Promise<readonly HostKey[]>;
  compare(owner: string, shown: HostKey): Promise<HostKeyComparison>;
  /** Replaces what is known, for example with the fingerprints that cloud-init printed on the console. */
  pin(owner: string, keys: readonly HostKey[]): Promise<void>;
  /** Adds a key that a person confirmed. */
  trust(owner: string, key: HostKey): Promise<void>;
  forget(owner: string): Promise<void>;
}

const hostKeySchema = v.object({ algorithm: v.string(), fingerprint: v.string() });
const contentSchema = v.object({
  version: v.literal(1),
  owners: v.record(v.string(), v.array(hostKeySchema)),
});
type Owners = Readonly<Record<string, readonly HostKey[]>>;

/** Creates the list of known keys over a storage. @throws ValiError from its methods when the storage holds something else. */
export function createHostKeys(storage: HostKeyStorage): HostKeys {
  let last: Promise<void> = Promise.resolve();

  async function read(): Promise<Owners> {
    const content = await storage.load();
    return content === undefined ? {} : v.parse(contentSchema, content).owners;
  }

  /** One change after the other: each reads what the one before wrote. */
  async function change(edit: (owners: Owners) => Owners): Promise<void> {
    const mine = last.then(async () => storage.save({ version: 1, owners: edit(await read()) }));
    last = mine.catch(() => undefined);
    await mine;
  }

  async function known(owner: string): Promise<readonly HostKey[]> {
    await last;
    const owners = await read();
    return Object.hasOwn(owners, owner) ? (owners[owner] ?? []) : [];
  }

  return {
    known,
    compare: async (owner, shown) => {
      const keys = await known(owner);
      if (keys.length === 0) return 'unknown';
      return keys.some((key) => key.fingerprint === shown.fingerprint) ? 'trusted' : 'changed';
    },
    pin: (owner, keys) => change((owners) => ({ ...owners, [owner]: keys })),
    trust: (owner, key) => change((owners) => ({ ...owners, [owner]: [...(owners[owner] ?? []), key] })),
    forget: (owner) =>
      change((owners) => Object.fromEntries(Object.entries(owners).filter(([name]) => name !== owner))),
  };
}

/** What a check needs. */
export interface HostKeyCheckOptions {
  readonly hostKeys: HostKeys;
  /** Whose keys the address shows. */
  readonly owner: string;
  /** The address that is the owner's; a jump host elsewhere is its own owner, `host:port`. */
  readonly address: { readonly host: string; readonly port: number };
  /** Asked on first contact with a key that nobody vouched for; true is remembered. */
  readonly confirm: (
    key: HostKey,
    where: { readonly host: string; readonly port: number },
  ) => Promise<boolean>;
}

/** What `createSshConnection` takes: the check, and the key types to ask the server for. */
export interface HostKeyGuard {
  readonly checkHostKey: HostKeyCheck;
  readonly knownHostKeyTypes: (where: { host: string; port: number }) => Promise<readonly string[]>;
}

/** Trusts known keys, refuses changed ones without asking, and asks once about unknown ones. */
export function createHostKeyGuard({ hostKeys, owner, address, confirm }: HostKeyCheckOptions): HostKeyGuard {
  const ownerAt = (where: { host: string; port: number }) =>
    where.host === address.host && where.port === address.port ? owner : `${where.host}:${where.port}`;
  return {
    knownHostKeyTypes: async (where) => (await hostKeys.known(ownerAt(where))).map((key) => key.algorithm),
    checkHostKey: async (shown, where) => {
      const at = ownerAt(where);
      switch (await hostKeys.compare(at, shown)) {
        case 'trusted':
          return true;
        case 'changed':
          return { changedFrom: await hostKeys.known(at) };
        case 'unknown': {
          const accepted = await confirm(shown, where);
          if (accepted) await hostKeys.trust(at, shown);
          return accepted;
        }
      }
    },
  };
}
