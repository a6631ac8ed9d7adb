import * as vscode from 'vscode';
import type { ActionOutcome } from '../../journey/lab';
import type { CommandContext } from './context';
import { tellOutcome } from './tell-failure';

const openSample = 'Open Sample Notebook';
const showSetupLog = 'Show Setup Log';

/**
 * Tells what came of work that was to end in a ready instance: it takes minutes, in which people look elsewhere.
 * Ready is told with what is next; ready with a warning with the whole warning.
 */
export async function tellReady(
  context: Pick<CommandContext, 'lab' | 'log'>,
  id: string,
  outcome: ActionOutcome,
): Promise<void> {
  await tellOutcome(context, id, outcome);
  const record = context.lab.get(id)?.record;
  if (outcome.kind !== 'done' || record?.phase.kind !== 'ready') return;
  const { warning } = record.phase;
  const answer =
    warning === undefined
      ? await vscode.window.showInformationMessage(`${record.name} is ready.`, openSample)
      : await vscode.window.showWarningMessage(
          `${record.name} is ready, with a warning. ${warning}`,
          openSample,
          showSetupLog,
        );
  if (answer === openSample) await vscode.commands.executeCommand('ociGpu.openSampleNotebook', id);
  if (answer === showSetupLog) await vscode.commands.executeCommand('ociGpu.showSetupLog', id);
}
