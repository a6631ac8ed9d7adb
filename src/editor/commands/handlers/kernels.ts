import * as vscode from 'vscode';
import type { InstanceRecord } from '../../../instances/record';
import type { KernelView } from '../../../journey/lab';
import type { KernelChoice } from '../../notebook';
import { pickOne } from '../../quick-pick';
import { busyKernelWords } from '../../words/kernels';
import type { CommandContext } from '../context';
import type { InstanceHandler } from '../register';
import { fieldOf, notebookIn } from '../target';

export const restartKernel: InstanceHandler = async (context, { record, kernels }, target) => {
  const choice = await chosenKernel(kernels, target, 'Restart Kernel');
  if (choice && (await mayEnd(context, record, choice, 'Restart')))
    await context.notebooks.restartKernel(record.id, choice);
};

/** A closed notebook's kernel keeps its GPU memory until it is shut down. */
export const shutDownKernel: InstanceHandler = async (context, { record, kernels }, target) => {
  const choice = await chosenKernel(kernels, target, 'Shut Down Kernel');
  if (choice && (await mayEnd(context, record, choice, 'Shut Down')))
    await context.notebooks.shutDownKernel(record.id, choice);
};

/** Asked only when the kernel is at work by now. */
async function mayEnd(
  { lab, notebooks }: CommandContext,
  { id, name }: InstanceRecord,
  choice: KernelChoice,
  end: string,
): Promise<boolean> {
  const which = 'kernelId' in choice ? choice : { sessionPath: notebooks.sessionPathOf(id, choice.notebook) };
  const detail = busyKernelWords(await lab.kernels(id), which);
  if (detail === undefined) return true;
  const question = `${end} the kernel on ${name}?`;
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, end)) === end;
}

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
