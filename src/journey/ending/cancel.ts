import { isBeyondRecall, isUnreachedLaunch, isWorking } from '../../instances/life';
import type { FailedPhase, WayOut } from '../../instances/phase';
import type { InstanceRecord } from '../../instances/record';
import type { ActionOutcome } from '../lab';
import { anotherWindow, type LabCore } from '../lab-core';
import { failed, waysOut } from '../stage';
import { termination } from './termination';

/** What rolling a launch back needs besides. */
export interface CancelDeps {
  readonly core: LabCore;
  readonly forget: (id: string) => Promise<void>;
}

/**
 * Ends what goes on with an instance. A launch that has not led to a login is rolled back and leaves the list;
 * what was reached stays, at rest, and can be gone on with. What the cloud does by itself cannot be called back.
 */
export async function cancel(id: string, { core, forget }: CancelDeps): Promise<ActionOutcome> {
  if (!(await core.own(id))) return anotherWindow(core.need(id));
  const before = core.need(id);
  const { phase } = before;
  const { kind } = phase;
  if (!isWorking(phase) && kind !== 'failed') return { kind: 'done' };
  if (isBeyondRecall(kind)) {
    return { kind: 'failed', message: `This cannot be called back: OCI goes on with ${kind} it.` };
  }
  if (isUnreachedLaunch(before)) return await rollBack(id, { core, forget });
  await (await core.workerOf(id)).cancel();
  const record = core.need(id);
  if (record.phase.kind === 'settingUp') return await endSetup(id, core);
  if (record.phase.kind === 'booting' || record.phase.kind === 'connecting') {
    await rest(core, id, failedPhase(core, record, record.phase.kind, 'Cancelled.', ['retry']));
  }
  return { kind: 'done' };
}

async function rollBack(id: string, { core, forget }: CancelDeps): Promise<ActionOutcome> {
  const ended = (await core.workerOf(id)).cancel();
  // At once: LaunchInstance's answer may be minutes away, and a window that comes later has to know.
  await end(core, id);
  await ended;
  // Again, because the run may have been writing how it failed.
  await end(core, id);
  const outcome = await core.advance(id);
  const { phase } = core.need(id);
  const isAllGone =
    phase.kind === 'terminated' && phase.keptBootVolumeId === undefined && !phase.keptDiskUnknown;
  if (isAllGone) await forget(id);
  return outcome;
}

async function end({ store, deps }: LabCore, id: string): Promise<void> {
  const since = deps.clock.now();
  await store.update(id, (record) => ({ ...record, phase: termination(record, false, since) }));
}

/** Set-up goes on by itself on the instance, so it has to be ended there. */
async function endSetup(id: string, core: LabCore): Promise<ActionOutcome> {
  const { live } = await core.workerOf(id);
  try {
    await (await live.setup()).cancel();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `Set-up could not be ended and may still be running there: ${why}`;
    await rest(core, id, failedPhase(core, core.need(id), 'settingUp', message, ['retry', 'showLog']));
    return { kind: 'failed', message };
  }
  await rest(core, id, { kind: 'notSetUp' });
  return { kind: 'done' };
}

async function rest({ store }: LabCore, id: string, phase: InstanceRecord['phase']): Promise<void> {
  await store.update(id, (record) => ({ ...record, phase }));
}

function failedPhase(
  { deps }: LabCore,
  record: InstanceRecord,
  at: FailedPhase['at'],
  message: string,
  ways: readonly WayOut[],
): FailedPhase {
  return failed(deps, at, message, waysOut(record, ...ways));
}
