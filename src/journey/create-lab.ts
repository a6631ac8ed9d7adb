import { join } from 'node:path';
import { isOff, isWorking } from '../instances/life';
import type { InstanceRecord } from '../instances/record';
import { openRecordStore } from '../instances/store';
import { EventSource } from '../ports/disposable';
import { createLoadOnce } from '../waiting/load-once';
import type { LabActions } from './actions';
import type { FollowedTunnel } from './tunnel/followed-tunnel';
import type { JupyterTunnel } from './tunnel/jupyter-tunnel';
import type { ActionOutcome, Begun, InstanceView, Lab, Unread } from './lab';
import { anotherWindow, type LabCore } from './lab-core';
import type { LabDeps } from './lab-deps';
import { createOwnership } from './ownership';
import type { Worker } from './worker';

/** How often a window looks whether the owner of an instance has gone, and whether the computer has slept. */
const watchMs = 5_000;
/** A gap of this much between two looks means that the computer slept: connections are tried again at once. */
const sleptMs = 20_000;
/** How long a closing window waits for what was going on to come to rest; editors wait 5 s in all for extensions. */
const settleLimitMs = 2_000;

/**
 * Opens the records and nothing else: connections, the cloud, set-up and the actions are loaded with their first
 * use. Instances on which work was going on, and ready ones, are taken up where they were.
 */
export function createLab(deps: LabDeps): Lab {
  const { clock, logger, storageDir } = deps;
  const store = openRecordStore({ folder: join(storageDir, 'instances'), logger });
  const workers = new Map<string, Promise<Worker>>();
  const loaded = new Map<string, Worker>();
  /** Tunnels of instances that another window owns. */
  const followed = new Map<string, FollowedTunnel>();
  const changes = new EventSource<void>();
  const inherited = new EventSource<Begun>();
  const refused = new EventSource<string>();
  /** The actions, one entry each, that have an instance in hand: between two runs the watcher leaves it alone. */
  const inHand: string[] = [];
  const closing = new AbortController();
  const changed = (): void => changes.fire();
  const subscription = store.onDidChange(changed);

  const endWork = (id: string): void => {
    loaded.get(id)?.dispose();
    loaded.delete(id);
    workers.delete(id);
  };
  const ownership = createOwnership({
    folder: join(storageDir, 'leases'),
    logger,
    lost: endWork,
    changed,
  });

  const workerOf = (id: string): Promise<Worker> => {
    const known = workers.get(id);
    if (known) return known;
    const made = import('./worker').then(({ createWorker }) => {
      const worker = createWorker(id, deps, store, { changed, hostKeyRefused: () => refused.fire(id) });
      loaded.set(id, worker);
      if (closing.signal.aborted) worker.dispose();
      return worker;
    });
    workers.set(id, made);
    // What could not be loaded this time may be the next time.
    made.catch(() => {
      if (workers.get(id) === made) workers.delete(id);
    });
    return made;
  };

  const tunnelOf = (id: string): JupyterTunnel | FollowedTunnel | undefined =>
    ownership.isElsewhere(id) ? followed.get(id) : loaded.get(id)?.tunnel;

  const view = (record: InstanceRecord): InstanceView => {
    const seen = tunnelOf(record.id);
    return {
      record,
      tunnel: seen?.view ?? { kind: 'down' },
      kernels: seen?.kernels ?? [],
      ownedElsewhere: ownership.isElsewhere(record.id),
    };
  };

  const need = (id: string): InstanceRecord => {
    const record = store.get(id);
    if (!record) throw new Error('This instance is no longer in the list.');
    return record;
  };

  const wantsTunnel = ({ phase, tunnel }: InstanceRecord): boolean => phase.kind === 'ready' && tunnel.wanted;

  /** What is going on: a closing window lets it come to rest before it gives its instances over. */
  const going = new Set<Promise<unknown>>();
  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    going.add(work);
    try {
      return await work;
    } finally {
      going.delete(work);
    }
  };

  const settle = async (): Promise<void> => {
    const settled = new AbortController();
    const limit = clock.sleep(settleLimitMs, settled.signal).catch(() => undefined);
    await Promise.race([Promise.allSettled(going), limit]);
    settled.abort();
  };

  /** What is being done with each instance. */
  const uses = new Map<string, number>();
  /** Once nothing is done with it, an instance that rests and needs no tunnel is free for other windows. */
  const using = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    uses.set(id, (uses.get(id) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (uses.get(id) ?? 0) - 1;
      uses.set(id, left);
      const record = store.get(id);
      if (left === 0 && record && !isWorking(record.phase) && !wantsTunnel(record)) await ownership.letGo(id);
    }
  };

  const advance = (id: string): Promise<ActionOutcome> => tracked(using(id, () => goOn(id)));

  const goOn = async (id: string): Promise<ActionOutcome> => {
    try {
      if (closing.signal.aborted) return { kind: 'cancelled' };
      if (!(await ownership.own(id))) return anotherWindow(need(id));
      const worker = await workerOf(id);
      const outcome = await worker.run();
      const record = store.get(id);
      return record && wantsTunnel(record) ? await worker.tunnel.open(closing.signal) : outcome;
    } catch (error) {
      if (closing.signal.aborted) return { kind: 'cancelled' };
      logger.error(`${store.get(id)?.name ?? id}: it could not be gone on with`, error);
      return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
    }
  };

  /** @param isLeft by another window, or by an earlier one */
  const goOnWorking = async (id: string, isLeft: boolean): Promise<void> => {
    if (!(await ownership.own(id))) return;
    const ended = advance(id);
    if (isLeft) inherited.fire({ id, ended });
    await ended;
  };

  /** Takes up what was going on when the last window closed, or crashed. */
  const takeUp = async (record: InstanceRecord, isFirstLook: boolean): Promise<void> => {
    const { id } = record;
    if (inHand.includes(id)) return;
    const isBusy = loaded.get(id)?.isRunning ?? false;
    // The machine is off: what led to it leads nowhere, and could only time out.
    if (isOff(record.phase) && !isBusy && loaded.has(id)) {
      endWork(id);
      changed();
    }
    if (isWorking(record.phase)) {
      if (!isBusy) await goOnWorking(id, isFirstLook || ownership.isElsewhere(id));
    } else if (wantsTunnel(record) && !ownership.isOwned(id)) await advance(id);
    // At rest nobody needs to own it, so this only finds out whether another window still does.
    else if (ownership.isElsewhere(id)) await ownership.own(id);
    if (closing.signal.aborted) return;
    if (ownership.isElsewhere(id)) await follow(record);
    else followed.delete(id);
  };

  const follow = async (record: InstanceRecord): Promise<void> => {
    const { followTunnel } = await import('./tunnel/followed-tunnel');
    const tunnel = followed.get(record.id) ?? followTunnel({ ...deps, changed });
    followed.set(record.id, tunnel);
    await tunnel.look(record);
  };

  const reconnectNow = async (id: string): Promise<void> => {
    const worker = loaded.get(id);
    if (!worker) return;
    (await worker.live.connection()).nudge();
    if (ownership.isOwned(id) && wantsTunnel(need(id))) await worker.tunnel.open(closing.signal);
  };

  const inBackground = (work: Promise<unknown>, what: string): void => {
    tracked(work).catch((error: unknown) => logger.error(`${what} failed`, error));
  };

  const reconnect = (id: string): void => inBackground(reconnectNow(id), 'Reconnecting');

  let lastLook = clock.now();
  const lookAround = (isFirstLook = false): void => {
    const slept = clock.now() - lastLook > sleptMs;
    lastLook = clock.now();
    for (const record of store.records) {
      if (slept) reconnect(record.id);
      inBackground(
        using(record.id, () => takeUp(record, isFirstLook)),
        `Taking up ${record.name}`,
      );
    }
  };
  const watcher = setInterval(lookAround, watchMs);
  watcher.unref();
  lookAround(true);

  const core: LabCore = {
    deps,
    store,
    need,
    own: ownership.own,
    workerOf,
    advance,
    reconnect,
    withoutTakeUp: async (id, work) => {
      inHand.push(id);
      try {
        return await tracked(work());
      } finally {
        inHand.splice(inHand.indexOf(id), 1);
      }
    },
    drop: async (id) => {
      endWork(id);
      await ownership.release(id);
    },
  };
  let unread: readonly Unread[] = [];
  const loadedActions = createLoadOnce(async () =>
    (await import('./actions')).createActions(core, closing.signal),
  );
  const actions = (): Promise<LabActions> => loadedActions.get();
  const act = <T>(id: string, action: (all: LabActions) => Promise<T>): Promise<T> =>
    using(id, async () => await action(await actions()));
  const liveOf = async (id: string): Promise<Worker['live']> => (await workerOf(id)).live;

  return {
    get instances() {
      return store.records.map(view);
    },
    get unread() {
      return unread;
    },
    onDidChange: changes.event,
    onDidInherit: inherited.event,
    onDidRefuseHostKey: refused.event,
    get: (id) => {
      const record = store.get(id);
      return record && view(record);
    },
    launch: async (plan, key) => await (await actions()).launch(plan, key),
    cancel: (id) => act(id, ({ cancel }) => cancel(id)),
    retry: (id) => act(id, ({ retry }) => retry(id)),
    start: (id) => act(id, ({ start }) => start(id)),
    stop: (id) => act(id, ({ stop }) => stop(id)),
    terminate: (id, options) => act(id, ({ terminate }) => terminate(id, options)),
    deleteBootVolume: (id) => act(id, ({ deleteBootVolume }) => deleteBootVolume(id)),
    forget: (id) => act(id, ({ forget }) => forget(id)),
    setUp: (id, way, choice) => act(id, ({ setUp }) => setUp(id, way, choice)),
    setTunnel: (id, wanted) => act(id, ({ setTunnel }) => setTunnel(id, wanted)),
    trustHostKey: (id, shown) => act(id, ({ trustHostKey }) => trustHostKey(id, shown)),
    allowSshFrom: (id, cidr) => act(id, ({ allowSshFrom }) => allowSshFrom(id, cidr)),
    reachBy: (id, jump) => act(id, ({ reachBy }) => reachBy(id, jump)),
    chooseSshKey: (id, key) => act(id, ({ chooseSshKey }) => chooseSshKey(id, key)),
    addSshHost: async (host) => await (await actions()).addSshHost(host),
    adopt: async (instance) => await (await actions()).adopt(instance),
    sshCommand: async (id) => await (await actions()).sshCommand(id),
    refresh: async (signal) => {
      const { discover } = await import('./discovery/discover');
      const look = await discover({ deps, store, signal });
      unread = look.unread;
      changed();
      lookAround();
      if (look.failure instanceof Error) throw look.failure;
    },
    setupLog: (id, signal) => setupLog(workerOf(id), signal),
    openShell: async (id, size) => await (await (await liveOf(id)).connection()).shell(size),
    packages: async (id, signal) => await (await (await liveOf(id)).setup()).packages(signal),
    jupyter: async (id, signal) => await (await workerOf(id)).tunnel.access(signal),
    kernels: async (id) => {
      await tunnelOf(id)
        ?.look(need(id))
        .catch((error: unknown) => logger.debug('The kernels could not be listed', error));
      return tunnelOf(id)?.kernels ?? [];
    },
    hasPassword: async (id, signal) => await (await (await liveOf(id)).setup()).hasPassword(signal),
    setPassword: async (id, password) => {
      await (await (await liveOf(id)).setup()).setPassword(password);
      return { kind: 'done' };
    },
    dispose: async () => {
      clearInterval(watcher);
      closing.abort(new Error('The editor closed.'));
      for (const worker of loaded.values()) worker.dispose();
      await settle();
      subscription.dispose();
      store.dispose();
      await ownership.close();
    },
  };
}

async function* setupLog(worker: Promise<Worker>, signal: AbortSignal): AsyncIterable<string> {
  yield* (await worker).followSetupLog(signal);
}
