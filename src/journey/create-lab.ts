import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isWorking } from '../instances/life';
import type { Lease } from '../instances/lease';
import { acquireLease } from '../instances/lease';
import type { Phase } from '../instances/phase';
import type { InstanceRecord, LaunchPlan } from '../instances/record';
import { openRecordStore } from '../instances/store';
import { EventSource } from '../ports/disposable';
import type { ActionOutcome, InstanceView, Lab } from './lab';
import type { LabDeps } from './lab-deps';
import type { Worker } from './worker';

/** How often a window looks whether the owner of an instance has gone, and whether the computer has slept. */
const watchMs = 5_000;
/** A gap of this much between two looks means that the computer slept: connections are tried again at once. */
const sleptMs = 20_000;

/**
 * Opens the records and nothing else: connections, the cloud and set-up are loaded with their first use.
 * Instances on which work was going on, and ready ones, are taken up where they were.
 */
export function createLab(deps: LabDeps): Lab {
  const { clock, logger, storageDir } = deps;
  const store = openRecordStore({ folder: join(storageDir, 'instances'), logger });
  const leases = new Map<string, Lease>();
  const workers = new Map<string, Promise<Worker>>();
  const loaded = new Map<string, Worker>();
  const elsewhere = new Set<string>();
  const changes = new EventSource<void>();
  const closing = new AbortController();
  const changed = (): void => changes.fire();
  const subscription = store.onDidChange(changed);

  const workerOf = (id: string): Promise<Worker> => {
    const known = workers.get(id);
    if (known) return known;
    const made = import('./worker').then(({ createWorker }) => {
      const worker = createWorker(id, deps, store, changed);
      loaded.set(id, worker);
      return worker;
    });
    workers.set(id, made);
    return made;
  };

  const own = async (id: string): Promise<boolean> => {
    if (leases.has(id)) return true;
    const lease = await acquireLease(join(storageDir, 'leases'), id);
    if (!lease) {
      if (!elsewhere.has(id)) {
        elsewhere.add(id);
        changed();
      }
      return false;
    }
    leases.set(id, lease);
    elsewhere.delete(id);
    lease.onLost(() => {
      logger.warn(`${id}: another window took over.`);
      leases.delete(id);
      elsewhere.add(id);
      changed();
    });
    changed();
    return true;
  };

  const view = (record: InstanceRecord): InstanceView => ({
    record,
    tunnel: loaded.get(record.id)?.tunnel.view ?? { kind: 'down' },
    kernels: loaded.get(record.id)?.tunnel.kernels ?? [],
    ownedElsewhere: elsewhere.has(record.id),
  });

  const need = (id: string): InstanceRecord => {
    const record = store.get(id);
    if (!record) throw new Error('This instance is no longer in the list.');
    return record;
  };

  /** Drives the record to where it rests, then opens the tunnel if it is wanted. */
  const advance = async (id: string): Promise<ActionOutcome> => {
    if (!(await own(id))) return anotherWindow(need(id));
    const worker = await workerOf(id);
    const outcome = await worker.run();
    const record = store.get(id);
    if (record?.phase.kind === 'ready' && record.tunnel.wanted)
      return await worker.tunnel.open(closing.signal);
    return outcome;
  };

  const moveTo = async (id: string, phase: Phase): Promise<ActionOutcome> => {
    if (!(await own(id))) return anotherWindow(need(id));
    await store.update(id, (record) => ({ ...record, phase }));
    return await advance(id);
  };

  const background = (work: Promise<unknown>, what: string): void => {
    work.catch((error: unknown) => logger.error(`${what} failed`, error));
  };

  /** Takes up what was going on when the last window closed, or crashed. */
  const takeUp = (record: InstanceRecord): void => {
    const wantsTunnel = record.phase.kind === 'ready' && record.tunnel.wanted;
    if (isWorking(record.phase) || wantsTunnel) background(advance(record.id), `Taking up ${record.name}`);
  };

  let lastLook = clock.now();
  const watcher = setInterval(() => {
    const slept = clock.now() - lastLook > sleptMs;
    lastLook = clock.now();
    for (const record of store.records) {
      if (slept) background(nudge(record.id), 'Reconnecting');
      if (!leases.has(record.id)) takeUp(record);
    }
  }, watchMs);
  watcher.unref();
  const nudge = async (id: string): Promise<void> => {
    const worker = loaded.get(id);
    if (worker) (await worker.live.connection()).nudge();
  };
  for (const record of store.records) takeUp(record);

  const begin = async (
    record: Omit<InstanceRecord, 'revision' | 'version'>,
  ): Promise<{ id: string; ended: Promise<ActionOutcome> }> => {
    await own(record.id);
    await store.create(record);
    return { id: record.id, ended: advance(record.id) };
  };

  const cancelWork = async (id: string): Promise<void> => {
    await (await workerOf(id)).cancel();
  };

  const retry = async (id: string): Promise<ActionOutcome> => {
    const record = need(id);
    if (record.phase.kind !== 'failed') return await advance(id);
    return await moveTo(id, resumed(record, clock.now()));
  };

  const rollBack = async (id: string): Promise<ActionOutcome> => {
    const since = clock.now();
    const outcome = await moveTo(id, { kind: 'terminating', since, keepBootVolume: false });
    if (store.get(id)?.phase.kind === 'terminated') await forget(id);
    return outcome;
  };

  const forget = async (id: string): Promise<void> => {
    loaded.get(id)?.dispose();
    loaded.delete(id);
    workers.delete(id);
    await store.remove(id);
    await leases.get(id)?.release();
    leases.delete(id);
    await Promise.all([deps.secrets.delete(`jupyter-token:${id}`), deps.secrets.delete(`ssh-key:${id}`)]);
  };

  return {
    get instances() {
      return store.records.map(view);
    },
    onDidChange: changes.event,
    get: (id) => {
      const record = store.get(id);
      return record && view(record);
    },
    launch: async (plan, key) => {
      const id = randomUUID();
      return await begin(plannedRecord(id, plan, key, clock.now()));
    },
    cancel: async (id) => {
      if (!(await own(id))) return anotherWindow(need(id));
      const before = need(id).phase.kind;
      await cancelWork(id);
      const record = need(id);
      if (record.reachedAt === undefined && record.origin.kind === 'oci') return await rollBack(id);
      if (before === 'settingUp') {
        await (await (await workerOf(id)).live.setup()).cancel();
        await store.update(id, (current) => ({ ...current, phase: { kind: 'notSetUp' } }));
      }
      return { kind: 'done' };
    },
    retry,
    start: (id) => moveTo(id, { kind: 'starting', since: clock.now() }),
    stop: async (id) => {
      (await workerOf(id)).tunnel.close();
      return await moveTo(id, { kind: 'stopping', since: clock.now() });
    },
    terminate: async (id, { keepBootVolume }) => {
      await cancelWork(id);
      (await workerOf(id)).tunnel.close();
      return await moveTo(id, { kind: 'terminating', since: clock.now(), keepBootVolume });
    },
    forget,
    setUp: async (id, way) => {
      await store.update(id, (record) => ({ ...record, setup: { ...record.setup, way } }));
      await (await workerOf(id)).setupLog.clear();
      return await moveTo(id, {
        kind: 'settingUp',
        step: 'Starting set-up',
        index: 0,
        total: 0,
        since: clock.now(),
      });
    },
    setTunnel: async (id, wanted) => {
      await store.update(id, (record) => ({ ...record, tunnel: { ...record.tunnel, wanted } }));
      const worker = await workerOf(id);
      if (wanted) return await worker.tunnel.open(closing.signal);
      worker.tunnel.close();
      return { kind: 'done' };
    },
    trustHostKey: async (id, shown) => {
      const { withTrustedHostKeys } = await import('./host-key-check');
      await store.update(id, (record) => withTrustedHostKeys(record, shown, [shown]));
      return await retry(id);
    },
    allowSshFrom: async (id, cidr) => {
      const { allowSshFrom } = await import('./allow-ssh-from');
      return await allowSshFrom({ deps, record: need(id), cidr });
    },
    refresh: async (signal) => {
      const { discover } = await import('./discover');
      await discover({ deps, store, signal });
    },
    addSshHost: async ({ name, host, port, user, key }) =>
      await begin({
        id: randomUUID(),
        name,
        createdAt: clock.now(),
        origin: { kind: 'ssh' },
        ssh: { host, port, user, hostKeys: [], ...(key ? { key } : {}) },
        setup: { way: null, extraPackages: [] },
        tunnel: { wanted: true },
        phase: { kind: 'connecting', step: 'Connecting', since: clock.now() },
        journal: [],
      }),
    adopt: async (instance) => {
      const { adoptedRecord } = await import('./adopt');
      return await begin(await adoptedRecord({ deps, ...instance }));
    },
    setupLog: (id, signal) => setupLog(workerOf(id), signal),
    openShell: async (id, size) => (await (await workerOf(id)).live.connection()).shell(size),
    sshCommand: async (id) => {
      const { sshCommand } = await import('./ssh-command');
      return await sshCommand({ deps, record: need(id) });
    },
    packages: async (id, signal) => await (await (await workerOf(id)).live.setup()).packages(signal),
    jupyter: async (id, signal) => await (await workerOf(id)).tunnel.access(signal),
    setPassword: async (id, password) => {
      await (await (await workerOf(id)).live.setup()).setPassword(password);
      return { kind: 'done' };
    },
    readRemoteFile: async (id, path) => await (await (await workerOf(id)).live.connection()).readFile(path),
    dispose: async () => {
      clearInterval(watcher);
      closing.abort(new Error('The editor closed.'));
      for (const worker of loaded.values()) worker.dispose();
      subscription.dispose();
      store.dispose();
      await Promise.all([...leases.values()].map((lease) => lease.release()));
    },
  };
}

async function* setupLog(worker: Promise<Worker>, signal: AbortSignal): AsyncIterable<string> {
  yield* (await worker).setupLog.follow(signal);
}

function plannedRecord(
  id: string,
  plan: LaunchPlan,
  key: NonNullable<InstanceRecord['ssh']['key']>,
  now: number,
): Omit<InstanceRecord, 'revision' | 'version'> {
  return {
    id,
    name: plan.name,
    createdAt: now,
    origin: { kind: 'oci', plan },
    ssh: { port: 22, user: plan.image.loginUser, key, hostKeys: [] },
    setup: { way: plan.setupWay, extraPackages: plan.extraPackages },
    tunnel: { wanted: true },
    phase: { kind: 'planned' },
    journal: [],
  };
}

/** Where a failed record goes on. A launch that failed for good forgets which domains had refused it. */
function resumed(record: InstanceRecord, now: number): Phase {
  const at = record.phase.kind === 'failed' ? record.phase.at : 'connecting';
  switch (at) {
    case 'launching':
    case 'booting':
    case 'connecting':
      return { kind: at, step: 'Trying again', since: now };
    case 'settingUp':
      return { kind: 'settingUp', step: 'Trying again', index: 0, total: 0, since: now };
    case 'stopping':
    case 'starting':
      return { kind: at, since: now };
    case 'terminating':
      return { kind: 'terminating', since: now, keepBootVolume: false };
  }
}

function anotherWindow(record: InstanceRecord): ActionOutcome {
  return {
    kind: 'failed',
    message: `Another window is working on ${record.name}. Do it there, or close that window.`,
  };
}
