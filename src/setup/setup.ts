import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '../ports/clock';
import { silentLogger, type Logger } from '../ports/logger';
import { commandLine } from '../ssh/quote';
import type { SshConnection } from '../ssh/types';
import { askedSetup, type AskedSetup } from './asked';
import { followSetup, type SetupEvent } from './follow';
import { failedOutcome, type SetupOutcome } from './outcome';
import { packageList, type InstalledPackage } from './packages';
import { homeFolder, placesOf, systemFolder, type Places } from './places';
import { planFile, recipeOf, type SetupPlan } from './plan';
import { hostFacts, whyNotLingering, whyNotSetUp, type HostFacts } from './probe';
import { runOnInstance } from './run-on-instance';
import { stateEvent } from './state-events';
import { uploadScripts } from './upload';

export interface SetupDeps {
  readonly connection: SshConnection;
  /** The folder that holds `setup/` and `notebooks/`. */
  readonly resourcesDir: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** What came of asking for a set-up to start. */
export type SetupStart =
  | { readonly kind: 'started' }
  /** One was running already: follow that. */
  | { readonly kind: 'running' }
  /** This machine cannot be set up; the message says why. */
  | { readonly kind: 'refused'; readonly message: string };

/** What set-up needs once and must not keep. */
export interface SetupSecrets {
  /** The key of the registry that the image is pulled from (NGC). Goes over stdin, and lies in memory until the pull. */
  readonly registryKey?: string;
}

/** Where set-up on the machine stands. */
export type SetupStatus =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly outcome: SetupOutcome };

/** Sets one instance up and looks after what runs there. Every method may throw SshError and CommandFailed. */
export interface Setup {
  /** Looks at the machine; changes nothing. */
  probe(signal?: AbortSignal): Promise<HostFacts>;
  /** Where set-up stands, whoever started it. */
  status(signal?: AbortSignal): Promise<SetupStatus>;
  /** What the last set-up there was asked for, whoever asked; undefined where there was none. */
  asked(signal?: AbortSignal): Promise<AskedSetup | undefined>;
  /**
   * Probes, uploads the scripts, and starts set-up as a unit of its own. Doing it again after a failure or a
   * cancel is the way to retry: what was done before is skipped.
   */
  start(plan: SetupPlan, signal?: AbortSignal, secrets?: SetupSecrets): Promise<SetupStart>;
  /** See {@link followSetup}. Byte 0 is the beginning of the whole log, earlier runs included. */
  follow(fromByte: number, signal: AbortSignal): AsyncIterable<SetupEvent>;
  /** Stops a running set-up with everything that it started. Followers then get a `cancelled` outcome. */
  cancel(signal?: AbortSignal): Promise<void>;
  /** The token that JupyterLab takes. Never log it. */
  jupyterToken(signal?: AbortSignal): Promise<string>;
  /** Whether JupyterLab takes a password besides the token. */
  hasPassword(signal?: AbortSignal): Promise<boolean>;
  /** Sets JupyterLab's password, or takes it away when empty, and starts the service anew. The token stays. */
  setPassword(password: string, signal?: AbortSignal): Promise<void>;
  /** What is installed where the kernels run (environment or container), the machine-learning packages on top. */
  packages(signal?: AbortSignal): Promise<InstalledPackage[]>;
}

/** Creates the set-up of the instance behind `connection`. */
export function createSetup(deps: SetupDeps): Setup {
  const { connection, resourcesDir, logger = silentLogger, clock = systemClock } = deps;

  let seen: HostFacts | undefined;
  const probe = async (signal?: AbortSignal): Promise<HostFacts> => {
    const scripts = ['lib/os.sh', 'lib/gpus.sh', 'probe.sh'].map((name) =>
      readFile(join(resourcesDir, 'setup', name)),
    );
    const stdin = Buffer.concat(await Promise.all(scripts));
    const command = commandLine(['bash', '-s', systemFolder, homeFolder]);
    seen = hostFacts(await runOnInstance(connection, command, { stdin, signal }));
    return seen;
  };

  /** Where set-up is on this machine; asked once. */
  const places = async (signal?: AbortSignal): Promise<Places> => placesOf(seen ?? (await probe(signal)));

  const status = async (signal?: AbortSignal): Promise<SetupStatus> => {
    const { setup } = await probe(signal);
    if (setup === 'none' || setup === 'running') return { kind: setup };
    const argv = ['tail', '-n', '1', `${(await places(signal)).setup}/state.jsonl`];
    const line = await runOnInstance(connection, commandLine(argv), { signal });
    const event = lastEvent(line);
    if (event?.kind === 'ended') return event;
    return { kind: 'ended', outcome: failedOutcome('', 'interrupted', '') };
  };

  const start = async (
    plan: SetupPlan,
    signal?: AbortSignal,
    { registryKey = '' }: SetupSecrets = {},
  ): Promise<SetupStart> => {
    const facts = await probe(signal);
    logger.info('machine to set up', facts);
    if (facts.setup === 'running') return { kind: 'running' };
    const refusal = whyNotSetUp(facts, plan.way);
    if (refusal !== undefined) return { kind: 'refused', message: refusal };
    const at = placesOf(facts);
    await uploadScripts(connection, resourcesDir, planFile(plan), { places: at, user: facts.user }, signal);
    const argv = [...at.asRoot, 'bash', `${at.setup}/start.sh`, recipeOf[plan.way]];
    const stdin = `${registryKey}\n`;
    const answer = (await runOnInstance(connection, commandLine(argv), { stdin, signal })).trim();
    if (answer === 'not-lingering') return { kind: 'refused', message: whyNotLingering(facts.user) };
    return { kind: answer === 'running' ? 'running' : 'started' };
  };

  return {
    probe,
    status,
    asked: async (signal) => askedSetup(seen ?? (await probe(signal))),
    start,
    async *follow(fromByte, signal) {
      const setupFolder = (await places(signal)).setup;
      yield* followSetup({ connection, setupFolder, logger, clock }, fromByte, signal);
    },
    async cancel(signal) {
      const { asRoot, setup } = await places(signal);
      const argv = [...asRoot, 'bash', `${setup}/cancel.sh`];
      await runOnInstance(connection, commandLine(argv), { signal, limitMs: 120_000 });
    },
    async jupyterToken(signal) {
      return (
        await runOnInstance(connection, commandLine(['cat', (await places(signal)).token]), { signal })
      ).trim();
    },
    async hasPassword(signal) {
      // Where it was taken away, an earlier version has left an empty line.
      const argv = ['grep', '-q', '.', (await places(signal)).passwordHash];
      return (await connection.exec(commandLine(argv), { signal })).code === 0;
    },
    async setPassword(password, signal) {
      if (/[\r\n]/.test(password)) throw new Error('A password cannot hold a line break.');
      const argv = ['bash', `${(await places(signal)).setup}/set-password.sh`];
      await runOnInstance(connection, commandLine(argv), { stdin: `${password}\n`, signal });
    },
    async packages(signal) {
      const argv = ['bash', `${(await places(signal)).setup}/list-packages.sh`];
      return packageList(await runOnInstance(connection, commandLine(argv), { signal }));
    },
  };
}

/** The last line of state.jsonl; one that the machine's end has torn says nothing. */
function lastEvent(line: string): ReturnType<typeof stateEvent> {
  try {
    return stateEvent(line);
  } catch {
    return undefined;
  }
}
