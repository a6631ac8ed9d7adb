import type { KernelView } from '../../../journey/lab';
import type { KernelChoice } from '../../notebook';
import { pickOne } from '../../quick-pick';
import type { InstanceHandler } from '../register';
import { fieldOf, notebookIn } from '../target';

export const restartKernel: InstanceHandler = async ({ notebooks }, { record, kernels }, target) => {
  const choice = await chosenKernel(kernels, target, 'Restart Kernel');
  if (choice) await notebooks.restartKernel(record.id, choice);
};

/** A closed notebook's kernel keeps its GPU memory until it is shut down. */
export const shutDownKernel: InstanceHandler = async ({ notebooks }, { record, kernels }, target) => {
  const choice = await chosenKernel(kernels, target, 'Shut Down Kernel');
  if (choice) await notebooks.shutDownKernel(record.id, choice);
};

/** The kernel of the row or of the notebook's toolbar; from the palette the person says which, even of one. */
async function chosenKernel(
  kernels: readonly KernelView[],
  target: unknown,
  title: string,
): Promise<KernelChoice | undefined> {
  const kernelId = fieldOf(target, 'kernelId');
  if (kernelId !== undefined) return { kernelId };
  const notebook = notebookIn(target);
  if (notebook) return { notebook };
  const picked = await pickOne({
    title,
    placeholder: 'Which kernel? Its variables are lost',
    canGoBack: false,
    items: kernels.map(({ id, notebook: name, state }) => ({ label: name, description: state, value: id })),
  });
  return picked.kind === 'chosen' ? { kernelId: picked.value } : undefined;
}
