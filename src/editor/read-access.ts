import type { Clouds } from '../journey/clouds';
import type { AccessCheck, SignIn } from './cloud-access';

/** API keys need no signing in; and a session under such a profile's name would overwrite it. */
export async function signInOf(clouds: Clouds, wanted: string | undefined): Promise<SignIn> {
  const [{ signInCommand }, profiles] = await Promise.all([import('../cloud'), clouds.profiles()]);
  const profile = wanted ?? (await clouds.current())?.profile ?? 'DEFAULT';
  const found = profiles.kind === 'read' ? profiles.entries.find(({ name }) => name === profile) : undefined;
  return found?.kind === 'usable' && found.profile.kind === 'apiKey'
    ? { kind: 'notNeeded', profile }
    : { kind: 'command', command: signInCommand(profile) };
}

/** Whether the OCI config can be used at all. */
export async function checkAccess(clouds: Clouds): Promise<AccessCheck> {
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
