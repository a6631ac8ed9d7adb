import type { Cloud } from '../cloud/cloud';
import type { Phase } from '../instances/phase';
import type { InstanceRecord } from '../instances/record';
import type { RecordStore } from '../instances/store';
import type { Disposable } from '../ports/disposable';
import { SshError } from '../ssh/errors';
import { describeFailure } from './describe-failure';
import { drive } from './drive';
import { createJupyterTunnel, type JupyterTunnel } from './tunnel/jupyter-tunnel';
import { forgetKeys } from './reach/kept-keys';
import type { ActionOutcome } from './lab';
import type { LabDeps } from './lab-deps';
import { createLiveInstance, type LiveInstance } from './reach/live-instance';
import { openSetupLog, setupLogPath, type SetupLog } from './setup/setup-log';
import type { StageTools } from './stage';
import { orAborted } from '../waiting/or-aborted';

/** Thrown into the running stage when the person cancels. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('Cancelled.');
  }
}

/** Thrown into the running stage when the editor closes: the work goes on in the next window. */
export class Closing extends Error {
  override readonly name = 'Closing';
  constructor() {
    super('The editor closed.');
  }
}

/** Nothing goes on there, and a set-up has been there. */
function isSetUp(phase: Phase): boolean {
  return phase.kind === 'ready' || (phase.kind === 'failed' && phase.at === 'settingUp');
}

/** What acts on one instance in this window: at most one run at a time, and the live parts. */
export interface Worker extends Disposable {
  readonly live: LiveInstance;
  readonly tunnel: JupyterTunnel;
  readonly setupLog: SetupLog;
  /** See `Lab.setupLog`. Where no copy is, because another computer has followed it, the instance's own is read first. */
  followSetupLog(signal: AbortSignal): AsyncIterable<string>;
  readonly isRunning: boolean;
  /** Takes the record to where it rests; a call during a run joins it. */
  run(): Promise<ActionOutcome>;
  /** Ends the run, if there is one, with {@link Cancelled}; resolves when it has ended. */
  cancel(): Promise<void>;
}

/** What a worker tells the lab. */
export interface WorkerEvents {
  /** Something has changed that the record does not show. */
  readonly changed: () => void;
  /** It was ready, and has failed since it shows another host key. */
  readonly hostKeyRefused: () => void;
}

export function createWorker(id: string, deps: LabDeps, store: RecordStore, events: WorkerEvents): Worker {
  const { changed } = events;
  const logger = deps.logger;
  let run: { readonly controller: AbortController; readonly ended: Promise<ActionOutcome> } | undefined;

  const record = (): InstanceRecord => {
    const found = store.get(id);
    if (!found) throw new Error(`There is no record ${id} any more.`);
    return found;
  };
  const cloud = async (): Promise<Cloud> => {
    const { origin } = record();
    if (origin.kind !== 'oci') throw new Error(`${record().name} is not an OCI instance.`);
    return await deps.clouds.of(origin.plan.profile, origin.plan.region);
  };
  let isDisposed = false;
  const live = createLiveInstance({ ...deps, record });
  const tunnel = createJupyterTunnel({
    ...deps,
    id,
    record,
    live,
    changed,
    update: (change) => store.update(id, change),
    hostKeyRefused: async (failure) => {
      if (record().phase.kind !== 'ready') return;
      const phase = describeFailure(new SshError(failure), record().phase, { ...deps, record });
      const noted = await store.update(id, (current) =>
        current.phase.kind === 'ready' ? { ...current, phase } : current,
      );
      if (noted.phase === phase) events.hostKeyRefused();
    },
  });
  const setupLog = openSetupLog(setupLogPath(deps.storageDir, id));

  const start = (): { controller: AbortController; ended: Promise<ActionOutcome> } => {
    const controller = new AbortController();
    const tools: StageTools = {
      id,
      signal: controller.signal,
      clock: deps.clock,
      logger,
      secrets: deps.secrets,
      questions: deps.questions,
      record,
      others: () => store.records.filter((other) => other.id !== id),
      update: (change) => store.update(id, change),
      // Getting a key, of OCI's or of SSH's, may ask for a passphrase, which a cancel must not wait for.
      cloud: () => orAborted(cloud(), controller.signal),
      connection: () => orAborted(live.connection(), controller.signal),
      setup: () => orAborted(live.setup(), controller.signal),
      setupLog,
      forgetKeys: () => forgetKeys(id, deps),
      cpuPackages: deps.cpuPackages,
      packageMirrors: deps.packageMirrors,
    };
    const ended = drive(tools)
      .catch((error: unknown): ActionOutcome => {
        if (controller.signal.aborted) return { kind: 'cancelled' };
        logger.error(`${id}: the run ended unexpectedly`, error);
        return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      })
      .finally(() => {
        run = undefined;
        changed();
      });
    return { controller, ended };
  };

  const fetchSetupLog = async (signal: AbortSignal): Promise<void> => {
    const setup = await live.setup();
    for await (const event of setup.follow(0, signal)) {
      if (event.kind === 'log') await setupLog.write(event.bytes, event.offset);
    }
  };

  return {
    live,
    tunnel,
    setupLog,
    followSetupLog: async function* (signal) {
      if (isSetUp(record().phase) && (await setupLog.isEmpty())) {
        // An instance that cannot be asked must not keep the next set-up's log from whoever waits for it.
        await fetchSetupLog(signal).catch((error: unknown) =>
          logger.warn(`${id}: the set-up log could not be read from the instance`, error),
        );
      }
      yield* setupLog.follow(signal);
    },
    get isRunning() {
      return run !== undefined;
    },
    run: () => {
      if (isDisposed) return Promise.resolve({ kind: 'cancelled' });
      run ??= start();
      return run.ended;
    },
    cancel: async () => {
      run?.controller.abort(new Cancelled());
      await run?.ended;
    },
    dispose: () => {
      isDisposed = true;
      run?.controller.abort(new Closing());
      tunnel.dispose();
      live.dispose();
    },
  };
}
