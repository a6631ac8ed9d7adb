import * as v from 'valibot';
import { setupWays } from '../../ports/setup-way';

/**
 * What the person has asked for, now or at the last launch. Everything is optional: what is missing, or no
 * longer to be had, gets a default. Plain data, kept in the editor's global state.
 */
export const launchWishesSchema = v.object({
  profile: v.optional(v.string()),
  region: v.optional(v.string()),
  compartmentId: v.optional(v.string()),
  shape: v.optional(v.string()),
  imageId: v.optional(v.string()),
  /** Absent: any. */
  availabilityDomain: v.optional(v.string()),
  /** Absent: the lab's own network. */
  subnetId: v.optional(v.string()),
  /** How an instance in a private subnet is reached. */
  reachBy: v.optional(
    v.variant('kind', [
      v.object({ kind: v.literal('privateAddress') }),
      v.object({ kind: v.literal('jump'), user: v.string(), host: v.string(), port: v.number() }),
    ]),
  ),
  allowSshFrom: v.optional(v.string()),
  bootVolumeSizeInGBs: v.optional(v.number()),
  /** Null: do not set up. */
  setupWay: v.optional(v.nullable(v.picklist(setupWays))),
  /** The tag of the container image; absent: the way's default. */
  containerTag: v.optional(v.string()),
  extraPackages: v.optional(v.array(v.string())),
  name: v.optional(v.string()),
});
export type LaunchWishes = v.InferOutput<typeof launchWishesSchema>;
export type ReachBy = NonNullable<LaunchWishes['reachBy']>;

/** Reads what was kept; what does not fit is forgotten, for it is only a convenience. */
export function readWishes(kept: unknown): LaunchWishes {
  const parsed = v.safeParse(launchWishesSchema, kept);
  return parsed.success ? parsed.output : {};
}

/** What is worth remembering for the next launch: everything but the name, which must be new. */
export function wishesToKeep({ name: _name, ...wishes }: LaunchWishes): LaunchWishes {
  return wishes;
}

/** A change of one choice takes back those that depended on it. */
export function changeWish(wishes: LaunchWishes, change: LaunchWishes): LaunchWishes {
  const dropped = new Set<keyof LaunchWishes>();
  if ('profile' in change)
    drop(dropped, 'region', 'compartmentId', 'subnetId', 'reachBy', 'availabilityDomain', 'imageId');
  if ('region' in change) drop(dropped, 'subnetId', 'reachBy', 'availabilityDomain', 'imageId');
  if ('compartmentId' in change) drop(dropped, 'subnetId', 'reachBy');
  if ('subnetId' in change) drop(dropped, 'reachBy');
  if ('shape' in change) drop(dropped, 'imageId', 'availabilityDomain', 'setupWay', 'containerTag');
  if ('imageId' in change) drop(dropped, 'setupWay', 'containerTag');
  if ('setupWay' in change) drop(dropped, 'containerTag');
  const kept = Object.entries(wishes).filter(([key]) => !dropped.has(key as keyof LaunchWishes));
  return { ...readWishes(Object.fromEntries(kept)), ...change };
}

function drop(from: Set<keyof LaunchWishes>, ...keys: (keyof LaunchWishes)[]): void {
  for (const key of keys) from.add(key);
}
