import type { CloudInstance } from '../access/cloud-access';
import type { LaunchDraft } from '../launch/draft';
import type { Items } from '../quick-pick';

/** An instance that can be adopted, or that another place shall be looked at. */
export type AdoptChoice =
  | {
      readonly kind: 'instance';
      readonly profile: string;
      readonly region: string;
      readonly instanceId: string;
    }
  | { readonly kind: 'region' | 'profile' };

/** An instance, and the compartment that it is in: `root / research`. */
export type FoundInstance = CloudInstance & { readonly path: string };

/** The instances of a region, then the other places. @throws Error with the sentence that says why there is no place */
export function adoptableItems(
  { profile, region, compartment }: LaunchDraft,
  found: readonly FoundInstance[],
): Items<AdoptChoice> {
  const elsewhere: Items<AdoptChoice> = [
    ...((region?.options.length ?? 0) > 1
      ? [
          {
            label: '$(globe) Another Region…',
            description: `now ${region?.value?.name ?? ''}`,
            value: { kind: 'region' } as const,
          },
        ]
      : []),
    ...((profile?.options.length ?? 0) > 1
      ? [
          {
            label: '$(account) Another Profile…',
            description: `now ${profile?.value?.name ?? ''}`,
            value: { kind: 'profile' } as const,
          },
        ]
      : []),
  ];
  if (!profile?.value || !region?.value || !compartment?.value) {
    const why =
      profile?.problem ?? region?.problem ?? compartment?.problem ?? 'There is no region to look at.';
    if (elsewhere.length === 0) throw new Error(why);
    return [{ label: '$(warning) No instances could be read', detail: why }, ...elsewhere];
  }
  const place = { profile: profile.value.name, region: region.value.id };
  const none = { label: `There is no other instance in ${region.value.name}.` };
  return [
    ...(found.length === 0 ? [none] : []),
    ...found.map(({ instanceId, name, shape, state, path }) => ({
      label: name,
      description: `${shape} · ${state.toLowerCase()} · ${path}`,
      value: { kind: 'instance', ...place, instanceId } as const,
    })),
    ...elsewhere,
  ];
}
