import * as vscode from 'vscode';
import type { InstanceView, Lab } from '../../../journey/lab';
import { restartWords } from '../../words/kernels';

/** Whether JupyterLab may be restarted, asked only when something runs on it by now. */
export async function mayRestartJupyter(
  lab: Pick<Lab, 'kernels'>,
  { record }: InstanceView,
): Promise<boolean> {
  const detail = restartWords(await lab.kernels(record.id));
  if (detail === undefined) return true;
  const goOn = 'End Them and Go On';
  const answer = await vscode.window.showWarningMessage(
    `End what runs on ${record.name}?`,
    { modal: true, detail },
    goOn,
  );
  return answer === goOn;
}
