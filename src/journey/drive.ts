import type { Phase, PhaseKind } from '../instances/phase';
import type { InstanceRecord } from '../instances/record';
import { describeFailure } from './describe-failure';
import type { ActionOutcome } from './lab';
import { booting } from './stages/booting';
import { connecting } from './stages/connecting';
import { launching } from './stages/launching';
import { starting, stopping } from './stages/power';
import { settingUp } from './stages/setting-up';
import { terminating } from './stages/terminating';
import type { Stage, StageTools } from './stage';

/** Which stage works in which phase; the other phases rest until somebody asks for something. */
const stages: Partial<Record<PhaseKind, Stage>> = {
  planned: (tools) => Promise.resolve({ kind: 'launching', step: 'Starting', since: tools.clock.now() }),
  launching,
  booting,
  connecting,
  settingUp,
  stopping,
  starting,
  terminating,
};

/**
 * Takes a record from where it is to where it rests, writing each phase before the next stage begins.
 * After a crash or a reload the same call goes on from the phase on disk.
 * @throws the signal's reason when aborted; what the store throws.
 */
export async function drive(tools: StageTools): Promise<ActionOutcome> {
  for (;;) {
    const { phase } = tools.record();
    const stage = stages[phase.kind];
    if (!stage) return outcomeOf(phase);
    const next = await nextPhase(stage, tools);
    // What was cancelled, or goes on in another window, is no longer this run's to write.
    tools.signal.throwIfAborted();
    await tools.update((record) => ({ ...record, phase: withBootWarning(next, record) }));
  }
}

/** What went wrong at the boot is still true when set-up has worked. */
function withBootWarning(phase: Phase, { bootWarning }: InstanceRecord): Phase {
  if (phase.kind !== 'ready' || bootWarning === undefined) return phase;
  const others = phase.warning === undefined ? '' : ` ${phase.warning}`;
  return { ...phase, warning: `${bootWarning}${others}` };
}

async function nextPhase(stage: Stage, tools: StageTools): Promise<Phase> {
  try {
    return await stage(tools);
  } catch (error) {
    tools.signal.throwIfAborted();
    return describeFailure(error, tools.record().phase, tools);
  }
}

function outcomeOf(phase: Phase): ActionOutcome {
  return phase.kind === 'failed' ? { kind: 'failed', message: phase.message } : { kind: 'done' };
}
