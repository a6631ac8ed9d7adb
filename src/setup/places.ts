import type { HostFacts } from './probe';

/** Where everything of set-up is on a machine whose login user has sudo. */
export const systemFolder = '/opt/oci-gpu-lab';
/** Where it is without sudo: below the home folder. */
export const homeFolder = '.local/share/oci-gpu-lab';

/** Where things are on one machine. The scripts find the same from the folder that they lie in. */
export interface Places {
  readonly lab: string;
  readonly setup: string;
  readonly token: string;
  /** Empty, or not there, while no password is set. */
  readonly passwordHash: string;
  /** What a command that changes the system begins with. */
  readonly asRoot: readonly string[];
}

/** The places on a machine that has been looked at. */
export function placesOf(facts: Pick<HostFacts, 'folder' | 'sudo'>): Places {
  const lab = facts.folder;
  const needsSudo = isSystemWide(facts) && facts.sudo !== 'root';
  return {
    lab,
    setup: `${lab}/setup`,
    token: `${lab}/jupyter/token`,
    passwordHash: `${lab}/jupyter/password-hash`,
    asRoot: needsSudo ? ['sudo', '-n'] : [],
  };
}

/** Set up for the whole machine, with sudo; else for the login user alone. */
export function isSystemWide({ folder }: Pick<HostFacts, 'folder'>): boolean {
  return folder === systemFolder;
}
