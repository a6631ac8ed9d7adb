import type { Phase } from '../../instances/phase';
import type { PullEvent, Setup, SetupOutcome, SetupPlan, StepEvent } from '../../setup/types';
import { orAborted } from '../../waiting/or-aborted';
import { forgetNgcKey, ngcKey } from '../setup/ngc-key';
import { readyPhase } from '../setup/ready-phase';
import { setupFailed } from '../setup/setup-failure';
import { setupPlanOf } from '../setup/setup-plan';
import type { Stage, StageTools } from '../stage';
import { failed, waysOut } from '../stage';

/**
 * Starts set-up unless it is running already, and follows it. It runs on the instance by itself: when this
 * editor closes, it goes on there, and this stage picks it up again later.
 */
export const settingUp: Stage = async (tools) => {
  const setup = await tools.setup();
  const status = await setup.status(tools.signal);
  if (status.kind === 'none' || (status.kind === 'ended' && !wasFollowed(tools))) {
    const gpus = await gpusOf(tools, setup);
    const plan = setupPlanOf(tools.record(), gpus, tools.cpuPackages(), tools.packageMirrors());
    const registryKey = plan.way === 'ngc' ? await orAborted(ngcKey(tools), tools.signal) : undefined;
    if (plan.way === 'ngc' && registryKey === undefined) {
      const message = "NVIDIA's registry wants an NGC API key, and none was given.";
      return failed(tools, 'settingUp', message, waysOut(tools.record(), 'retry', 'setUp'));
    }
    const started = await setup.start(plan, tools.signal, registryKey === undefined ? {} : { registryKey });
    if (started.kind === 'refused') {
      return failed(tools, 'settingUp', started.message, waysOut(tools.record(), 'retry'));
    }
  }
  for await (const event of setup.follow(0, tools.signal)) {
    switch (event.kind) {
      case 'log':
        await tools.setupLog.write(event.bytes, event.offset);
        break;
      case 'step':
        if (event.state === 'started') await showStep(tools, event);
        break;
      case 'pull':
        await showPull(tools, event);
        break;
      case 'lost':
        tools.logger.info(`${tools.record().name}: ${event.message}`);
        break;
      case 'ended':
        return await phaseAfter(tools, event.outcome);
    }
  }
  const ways = waysOut(tools.record(), 'retry', 'showLog');
  return failed(tools, 'settingUp', 'Set-up ended without saying how.', ways);
};

/** What TensorFlow shall find: what the shape is sold with, or what the driver of an SSH host lists. */
async function gpusOf(tools: StageTools, setup: Setup): Promise<SetupPlan['gpus']> {
  const { origin } = tools.record();
  if (origin.kind === 'oci') return origin.plan.gpus;
  const { gpus, gpuName } = await setup.probe(tools.signal);
  return { count: gpus, name: gpuName };
}

/** What ended while no editor was there has not been told yet; what the person asks for again is begun again. */
function wasFollowed(tools: StageTools): boolean {
  const { phase } = tools.record();
  return phase.kind === 'settingUp' && phase.total > 0;
}

async function showStep(tools: StageTools, { name, index, total }: StepEvent): Promise<void> {
  await tools.update((record) =>
    record.phase.kind === 'settingUp'
      ? { ...record, phase: { kind: 'settingUp', step: name, index, total, since: record.phase.since } }
      : record,
  );
}

async function showPull(tools: StageTools, { percent, text }: PullEvent): Promise<void> {
  await tools.update((record) =>
    record.phase.kind === 'settingUp'
      ? { ...record, phase: { ...record.phase, progress: `${percent} %, ${text}` } }
      : record,
  );
}

async function phaseAfter(tools: StageTools, outcome: SetupOutcome): Promise<Phase> {
  switch (outcome.kind) {
    case 'ready':
    case 'readyWithWarning':
      return await readyPhase(tools, outcome);
    case 'failed':
      if (outcome.reason === 'registryRefused' && tools.record().setup.way === 'ngc') {
        await forgetNgcKey(tools.secrets);
      }
      return setupFailed(tools, outcome);
    case 'cancelled':
      return { kind: 'notSetUp' };
  }
}
