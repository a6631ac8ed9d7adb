import type { LaunchCatalog } from './launch/catalog';

/** An instance that runs in the cloud and that this editor does not show yet. */
export interface AdoptableInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly shape: string;
  readonly gpus: number;
  /** Such as `RUNNING`. */
  readonly state: string;
}

/** Whether the OCI config can be used. */
export type AccessCheck =
  | { readonly kind: 'fine'; readonly configFile: string; readonly profiles: readonly string[] }
  | { readonly kind: 'noConfig'; readonly configFile: string }
  | { readonly kind: 'problem'; readonly configFile: string; readonly message: string };

/** What the editor asks of the cloud beyond the lab: choices before there is an instance. */
export interface CloudAccess {
  readonly catalog: LaunchCatalog;
  adoptable(
    place: { readonly profile: string; readonly region: string; readonly compartmentId: string },
    signal: AbortSignal,
  ): Promise<readonly AdoptableInstance[]>;
  check(signal: AbortSignal): Promise<AccessCheck>;
  /** What a person types in a terminal to sign in again: `oci session authenticate …`. */
  signInCommand(profile: string): string;
}
