import { complaint, parsePackages } from '../../launch/parse-inputs';
import { typeText } from '../../quick-pick';
import type { InstanceHandler } from '../register';
import { mayRestartJupyter } from './ask-before-restart';
import { workOn } from './work-on';

/**
 * The tutorial's "other packages can be added by pip": they join the plan of the instance, so that another set-up
 * and a container made anew have them too.
 */
export const addPackages: InstanceHandler = async (context, view) => {
  const { record } = view;
  const { way, extraPackages } = record.setup;
  if (way === null) return;
  const typed = await typeText({
    title: `Packages Added to ${record.name}`,
    prompt: 'Names for pip, with spaces between; set-up then does what is left',
    placeholder: 'pandas scikit-learn>=1.5',
    value: extraPackages.join(' '),
    canGoBack: false,
    validate: complaint(parsePackages),
  });
  const parsed = typed.kind === 'typed' ? parsePackages(typed.text) : undefined;
  if (!parsed?.ok) return;
  if (!(await mayRestartJupyter(context.lab, view))) return;
  if (way === 'ngc' && !(await context.haveNgcKey())) return;
  await context.showSetupLog(record.id);
  await workOn(context, record.id, 'Adding packages', () =>
    context.lab.setUp(record.id, way, { extraPackages: parsed.value }),
  );
};
