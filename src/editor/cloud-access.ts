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

/** What commands ask of the cloud before there is an instance. The SDK is loaded with the first question. */
export function createCloudAccess(
  clouds: Clouds,
): Pick<CommandContext, 'openCatalog' | 'listInstances' | 'checkAccess' | 'signInOf'> {
  return {
    openCatalog: async (life) => (await import('./launch/cloud-catalog')).createCloudCatalog(clouds, life),
    listInstances: async ({ profile, region, compartmentId }, signal) => {
      const cloud = await clouds.of(profile, region);
      const instances = await cloud.instances(compartmentId, { includeTerminated: false }, signal);
      return instances.map(({ id, name, shape, lifecycleState }) => ({
        instanceId: id,
        name,
        shape,
        state: lifecycleState,
      }));
    },
    checkAccess: async () => await (await import('./read-access')).checkAccess(clouds),
    signInOf: async (wanted) => await (await import('./read-access')).signInOf(clouds, wanted),
  };
}
