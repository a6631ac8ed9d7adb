import type { Clouds } from '../../journey/clouds';
import type { Unread } from '../../journey/lab';
import type { CommandContext } from '../commands/context';

/** An instance that the cloud has. */
export interface CloudInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly shape: string;
  /** Such as `RUNNING`. */
  readonly state: string;
}

/** Whether the OCI config can be used; `message` says what is wrong and what to do. */
export type AccessCheck =
  | {
      readonly kind: 'fine';
      readonly configFile: string;
      readonly profiles: readonly string[];
      /** By profile, the files that it signs with: its key, and the token of its session. */
      readonly signingFiles: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly kind: 'noConfig' | 'problem'; readonly configFile: string; readonly message: string };

/** How a person signs in to a profile anew: by a command to type, or not at all. */
export type SignIn =
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'notNeeded'; readonly profile: string };

/**
 * What commands ask of the cloud before there is an instance. Its code, and the SDK, are loaded with the first question.
 * @param unread what the last look at the cloud could not read
 */
export function createCloudAccess(
  clouds: Clouds,
  unread: () => readonly Unread[] = () => [],
): Pick<CommandContext, 'openCatalog' | 'listInstances' | 'checkAccess' | 'signInOf'> {
  const questions = () => import('./cloud-questions');
  return {
    openCatalog: async (life) => (await import('../launch/cloud-catalog')).createCloudCatalog(clouds, life),
    listInstances: async (place, signal) => await (await questions()).listInstances(clouds, place, signal),
    checkAccess: async () => await (await questions()).checkAccess(clouds),
    signInOf: async (profile) => await (await questions()).signInOf(clouds, unread(), profile),
  };
}
