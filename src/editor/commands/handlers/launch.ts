import { askForLaunch } from '../../launch/wizard';
import type { Handler } from '../register';
import { tellLater } from '../tell-later';
import { tellReady } from '../tell-ready';
import { setUpAccess, tellHowToSignIn } from './access';

/**
 * Asks for a launch, begins it, and shows its progress; the command ends when the launch has begun. Without OCI access
 * it leads to that instead.
 */
export const launchInstance: Handler = async (context, target) => {
  const { lab, log, memory, openCatalog } = context;
  const life = new AbortController();
  try {
    const chosen = await askForLaunch({
      catalog: await openCatalog(life.signal),
      memory,
      namesInUse: lab.instances.map(({ record }) => record.name),
      log,
    });
    if (chosen.kind === 'noAccess') await setUpAccess(context, target);
    if (chosen.kind === 'signIn') await tellHowToSignIn(context, chosen.profile);
    if (chosen.kind !== 'chosen') return;
    // Asked for before anything is billed: set-up would stop for it later, with nobody there.
    if (chosen.plan.setupWay === 'ngc' && !(await context.haveNgcKey())) return;
    const { id, ended } = await lab.launch(chosen.plan, chosen.key);
    context.showProgress(id);
    if (chosen.plan.setupWay !== null) await context.showSetupLog(id);
    tellLater(
      context,
      'Launching',
      ended.then((outcome) => tellReady(context, id, outcome)),
    );
  } finally {
    life.abort();
  }
};
