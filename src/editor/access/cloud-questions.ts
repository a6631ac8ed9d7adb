import { describeProblem, signInCommand, type Profile } from '../../cloud';
import type { Clouds } from '../../journey/clouds';
import type { Unread } from '../../journey/lab';
import type { AccessCheck, CloudInstance, SignIn } from './cloud-access';
import type { Place } from '../launch/catalog';

/** The instances of a compartment that are not terminated. */
export async function listInstances(
  clouds: Clouds,
  { profile, region, compartmentId }: Place,
  signal: AbortSignal,
): Promise<readonly CloudInstance[]> {
  const cloud = await clouds.of(profile, region);
  const instances = await cloud.instances(compartmentId, { includeTerminated: false }, signal);
  return instances.map(({ id, name, shape, lifecycleState }) => ({
    instanceId: id,
    name,
    shape,
    state: lifecycleState,
  }));
}

/**
 * API keys need no signing in; and a session under such a profile's name would overwrite it.
 * @param wanted when not given, a profile that was found to be signed out, else the one in use
 */
export async function signInOf(
  clouds: Clouds,
  unread: readonly Unread[],
  wanted = unread.find(({ why }) => why === 'signedOut')?.profile,
): Promise<SignIn> {
  const profiles = await clouds.profiles();
  const profile = wanted ?? (await clouds.current())?.profile ?? 'DEFAULT';
  const found = profiles.kind === 'read' ? profiles.entries.find(({ name }) => name === profile) : undefined;
  return found?.kind === 'usable' && found.profile.kind === 'apiKey'
    ? { kind: 'notNeeded', profile }
    : { kind: 'command', command: signInCommand(profile) };
}

/** Whether the config file has a profile that can be used. */
export async function checkAccess(clouds: Clouds): Promise<AccessCheck> {
  const profiles = await clouds.profiles();
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
  const usable = entries.filter((entry) => entry.kind === 'usable');
  if (usable.length > 0) {
    const profiles = usable.map(({ name }) => name);
    const signingFiles = new Map(usable.map(({ name, profile }) => [name, filesOf(profile)]));
    return { kind: 'fine', configFile, profiles, signingFiles };
  }
  const first = entries.find((entry) => entry.kind === 'problem');
  if (!first) return { kind: 'problem', configFile, message: `${configFile} holds no profile.` };
  const { message, nextAction } = describeProblem(first.problem);
  return { kind: 'problem', configFile, message: `${message} ${nextAction}` };
}

function filesOf(profile: Profile): readonly string[] {
  return profile.kind === 'sessionToken' ? [profile.keyFile, profile.tokenFile] : [profile.keyFile];
}
