import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { InstanceRecord } from '../instances/record';
import { allowSshFrom } from './reach/allow-ssh-from';
import { createBeginnings } from './begin';
import { cancel } from './ending/cancel';
import { deleteBootVolume } from './ending/delete-boot-volume';
import { withTrustedHostKeys } from './reach/host-key-check';
import { forgetKeys, keepKey } from './reach/kept-keys';
import type { ActionOutcome, JumpHost, Lab } from './lab';
import { anotherWindow, type LabCore } from './lab-core';
import { withOpenedTo } from './launch/launch-journal';
import { resumed } from './resume';
import { setupLogPath } from './setup/setup-log';
import { setupOf } from './setup/setup-plan';
import { sshCommand } from './reach/ssh-command';
import { termination } from './ending/termination';
import type { Worker } from './worker';

/** What a person can do with an instance. Loaded with the first of them. */
export type LabActions = Pick<
  Lab,
  | 'launch'
  | 'addSshHost'
  | 'adopt'
  | 'cancel'
  | 'retry'
  | 'start'
  | 'stop'
  | 'terminate'
  | 'deleteBootVolume'
  | 'forget'
  | 'setUp'
  | 'setTunnel'
  | 'trustHostKey'
  | 'allowSshFrom'
  | 'reachBy'
  | 'chooseSshKey'
  | 'sshCommand'
>;

/** @param closing aborts when the editor closes */
export function createActions(core: LabCore, closing: AbortSignal): LabActions {
  const { deps, store } = core;
  const { clock } = deps;

  /** For the owner alone: changes the record, then goes on from there. */
  const moveTo = async (
    id: string,
    change: (record: InstanceRecord) => InstanceRecord,
  ): Promise<ActionOutcome> => {
    if (!(await core.own(id))) return anotherWindow(core.need(id));
    await store.update(id, change);
    return await core.advance(id);
  };

  const retry = (id: string): Promise<ActionOutcome> =>
    moveTo(id, (record) =>
      record.phase.kind === 'failed' ? resumed(record, record.phase, clock.now()) : record,
    );

  const forget = async (id: string): Promise<void> => {
    if (!(await core.own(id))) throw new Error(anotherWindow(core.need(id)).message);
    await store.remove(id);
    await core.drop(id);
    await Promise.all([forgetKeys(id, deps), rm(setupLogPath(deps.storageDir, id), { force: true })]);
  };

  return {
    ...createBeginnings(core, forget),
    cancel: (id) => core.withoutTakeUp(id, () => cancel(id, { core, forget })),
    retry,
    start: (id) => moveTo(id, (record) => ({ ...record, phase: { kind: 'starting', since: clock.now() } })),
    stop: async (id) => {
      if (!(await core.own(id))) return anotherWindow(core.need(id));
      (await core.workerOf(id)).tunnel.close();
      return await moveTo(id, (record) => ({ ...record, phase: { kind: 'stopping', since: clock.now() } }));
    },
    terminate: (id, { keepBootVolume }) =>
      core.withoutTakeUp(id, async () => {
        if (!(await core.own(id))) return anotherWindow(core.need(id));
        const worker = await core.workerOf(id);
        await worker.cancel();
        worker.tunnel.close();
        return await moveTo(id, (record) => ({
          ...record,
          phase: termination(record, keepBootVolume, clock.now()),
        }));
      }),
    deleteBootVolume: async (id) =>
      (await core.own(id)) ? await deleteBootVolume(id, core, closing) : anotherWindow(core.need(id)),
    forget,
    setUp: (id, way, choice) =>
      core.withoutTakeUp(id, async () => {
        if (!(await core.own(id))) return anotherWindow(core.need(id));
        const worker = await core.workerOf(id);
        await worker.cancel();
        const { setup } = core.need(id);
        if (!isDeepStrictEqual(setup, setupOf(setup, way, choice))) await endOtherSetup(worker);
        await worker.setupLog.clear();
        return await moveTo(id, (record) => ({
          ...record,
          setup: setupOf(record.setup, way, choice),
          phase: { kind: 'settingUp', step: 'Starting set-up', index: 0, total: 0, since: clock.now() },
        }));
      }),
    setTunnel: async (id, wanted) => {
      if (!(await core.own(id))) return anotherWindow(core.need(id));
      await store.update(id, (record) => ({ ...record, tunnel: { ...record.tunnel, wanted } }));
      const worker = await core.workerOf(id);
      if (wanted) return await worker.tunnel.open(closing);
      worker.tunnel.close();
      return { kind: 'done' };
    },
    trustHostKey: async (id, shown) => {
      if (!(await core.own(id))) return anotherWindow(core.need(id));
      await store.update(id, (record) => withTrustedHostKeys(record, shown, [shown]));
      return await retry(id);
    },
    allowSshFrom: async (id, cidr) => {
      const onOpening = () => store.update(id, (record) => withOpenedTo(record, cidr, clock.now()));
      const outcome = await allowSshFrom({ deps, record: core.need(id), cidr, onOpening }, closing);
      if (outcome.kind !== 'failed' && core.need(id).phase.kind !== 'failed') core.reconnect(id);
      return outcome;
    },
    reachBy: async (id, jump) => {
      if (!(await core.own(id))) return anotherWindow(core.need(id));
      await store.update(id, (record) => withJump(record, jump));
      return await retry(id);
    },
    chooseSshKey: async (id, given) => {
      if (!(await core.own(id))) return anotherWindow(core.need(id));
      const key = await keepKey(id, given, deps.secrets);
      await store.update(id, (record) => ({ ...record, ssh: { ...record.ssh, key } }));
      // A pasted key is kept where the one before it was, so the record may say the same.
      (await core.workerOf(id)).live.reset();
      return await retry(id);
    },
    sshCommand: async (id) => await sshCommand({ deps, record: core.need(id) }),
  };
}

function withJump(record: InstanceRecord, jump: JumpHost | undefined): InstanceRecord {
  const { jump: _before, ...ssh } = record.ssh;
  return { ...record, ssh: jump ? { ...ssh, jump: { ...jump, hostKeys: [] } } : ssh };
}

/** One that runs there would else be followed in the place of the one that is asked for. */
async function endOtherSetup({ live }: Worker): Promise<void> {
  const setup = await live.setup();
  if ((await setup.status()).kind === 'running') await setup.cancel();
}
