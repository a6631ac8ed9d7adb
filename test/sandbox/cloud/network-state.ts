import { newOcid } from './ids';
import { applyReachability } from './reachability';
import type { Call } from './operation';
import type { Region } from './region';
import type { Table } from './table';
import type { World } from './world';

/** What all network resources begin with. */
export interface NetworkBasics {
  readonly id: string;
  readonly lifecycleState: string;
  readonly timeCreated: string;
  readonly displayName: string;
  readonly freeformTags: Record<string, string>;
  readonly definedTags: Record<string, Record<string, unknown>>;
}

/** A new id, the time, and default name and tags where the body has none. */
export function networkBasics(world: World, region: Region, kind: string): NetworkBasics {
  const now = world.time.iso();
  return {
    id: newOcid(kind, region.place),
    lifecycleState: 'PROVISIONING',
    timeCreated: now,
    displayName: `${kind}${now.replace(/\D/g, '').slice(0, 14)}`,
    freeformTags: {},
    definedTags: {},
  };
}

/** Adds a network resource, which becomes AVAILABLE a moment later. */
export function provision<T extends { readonly id: string; readonly lifecycleState: string }>(
  world: World,
  table: Table<T>,
  record: T,
  available: Partial<T>,
): T {
  table.insert(record);
  world.time.after(world.delays.network, () => {
    if (table.find(record.id)) table.change(record.id, available);
  });
  return record;
}

/** After a change of rules, routes or gateways. */
export async function rulesChanged(world: World, call: Call): Promise<void> {
  await applyReachability(call.region, world.callerAddress);
}
