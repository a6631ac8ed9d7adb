import type { Clouds } from '../journey/clouds';
import type { CommandContext } from './commands/context';

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
  | { readonly kind: 'fine'; readonly configFile: string; readonly profiles: readonly string[] }
  | { readonly kind: 'noConfig' | 'problem'; readonly configFile: string; readonly message: string };

/** How a person signs in to a profile anew: by a command to type, or not at all. */
export type SignIn =
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'notNeeded'; readonly profile: string };

/** What commands ask of the cloud before there is an instance. All of it is loaded with the first question. */
export function createCloudAccess(
  clouds: Clouds,
): Pick<CommandContext, 'openCatalog' | 'listInstances' | 'checkAccess' | 'signInOf'> {
  return {
    openCatalog: async (life) => (await import('./launch/cloud-catalog')).createCloudCatalog(clouds, life),
    listInstances: async (place, signal) =>
      await (await import('./ask-cloud')).listInstances(clouds, place, signal),
    checkAccess: async () => await (await import('./ask-cloud')).checkAccess(clouds),
    signInOf: async (wanted) => await (await import('./ask-cloud')).signInOf(clouds, wanted),
  };
}
