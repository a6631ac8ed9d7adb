import type { Phase } from '../../instances/phase';
import { setupPlanOf } from '../setup-plan';
import type { Stage, StageTools } from '../stage';
import { failed } from '../stage';

/**
 * Starts set-up unless it is running already, and follows it. It runs on the instance by itself: when this
 * editor closes, it goes on there, and this stage picks it up again later.
 */
export const settingUp: Stage = async (tools) => {
  const setup = await tools.setup();
  const status = await setup.status(tools.signal);
  if (status.kind !== 'running') await setup.start(setupPlanOf(tools.record()), tools.signal);
  for await (const event of setup.follow(0, tools.signal)) {
    if (event.kind === 'log') await tools.setupLog.write(event.text, event.offset);
    if (event.kind === 'step' && event.state === 'started') await showStep(tools, event);
    if (event.kind === 'ended') return await ended(tools, event.outcome);
  }
  return failed(tools, 'settingUp', 'Set-up ended without saying how.', ['retry', 'showLog', 'terminate']);
};
