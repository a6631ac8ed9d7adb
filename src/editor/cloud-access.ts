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
    checkAccess: async () => await checkAccess(clouds),
    signInOf: async (wanted) => await signInOf(clouds, wanted),
  };
}

/** API keys need no signing in; and a session under such a profile's name would overwrite it. */
async function signInOf(clouds: Clouds, wanted: string | undefined): Promise<SignIn> {
  const [{ signInCommand }, profiles] = await Promise.all([import('../cloud'), clouds.profiles()]);
  const profile = wanted ?? (await clouds.current())?.profile ?? 'DEFAULT';
  const found = profiles.kind === 'read' ? profiles.entries.find(({ name }) => name === profile) : undefined;
  return found?.kind === 'usable' && found.profile.kind === 'apiKey'
    ? { kind: 'notNeeded', profile }
    : { kind: 'command', command: signInCommand(profile) };
}

async function checkAccess(clouds: Clouds): Promise<AccessCheck> {
  const [{ describeProblem }, profiles] = await Promise.all([import('../cloud'), clouds.profiles()]);
  if (profiles.kind === 'problem') {
    const { problem } = profiles;
    const { message, nextAction } = describeProblem(problem);
    const configFile = 'path' in problem ? problem.path : '';
    return {
      kind: problem.kind === 'noConfig' ? 'noConfig' : 'problem',
      configFile,
      message: `${message} ${nextAction}`,
    };
  }
  const { configFile, entries } = profiles;
  const usable = entries.filter(({ kind }) => kind === 'usable').map(({ name }) => name);
  if (usable.length > 0) return { kind: 'fine', configFile, profiles: usable };
  const first = entries.find((entry) => entry.kind === 'problem');
  if (!first) return { kind: 'problem', configFile, message: `${configFile} holds no profile.` };
  const { message, nextAction } = describeProblem(first.problem);
  return { kind: 'problem', configFile, message: `${message} ${nextAction}` };
}
