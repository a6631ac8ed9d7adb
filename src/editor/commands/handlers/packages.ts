import { complaint, parsePackages } from '../../launch/parse-inputs';
import { typeText } from '../../quick-pick';
import { packagesBox } from '../../words/packages-box';
import { checkStillFits } from '../fitting-view';
import type { InstanceHandler } from '../register';
import { mayRestartJupyter } from './ask-before-restart';
import { workOn } from './work-on';

/**
 * The tutorial's "other packages can be added by pip": they join the plan of the instance, so that another set-up
 * and a container made anew have them too.
 */
export const addPackages: InstanceHandler = async (context, view) => {
  const { record } = view;
  const { way } = record.setup;
  if (way === null) return;
  const { listWith, ...box } = packagesBox(record);
  const typed = await typeText({ ...box, canGoBack: false, validate: complaint(parsePackages) });
  const parsed = typed.kind === 'typed' ? parsePackages(typed.text) : undefined;
  if (!parsed?.ok || (parsed.value.length === 0 && box.value === '')) return;
  if (!(await mayRestartJupyter(context.lab, view))) return;
  if (way === 'ngc' && !(await context.haveNgcKey())) return;
  const { setup } = checkStillFits('ociGpu.addPackages', context.lab, record).record;
  const extraPackages = listWith(parsed.value, setup.extraPackages);
  await context.showSetupLog(record.id);
  await workOn(context, record.id, 'Adding packages', () =>
    context.lab.setUp(record.id, setup.way ?? way, { extraPackages }),
  );
};
