import * as vscode from 'vscode';
import type { ActionOutcome } from '../../journey/lab';
import type { CommandContext } from './context';
import { goodEnd } from './good-end';
import { tellOutcome } from './tell-failure';

/**
 * Tells what came of work that was to end in a ready instance: it takes minutes, in which people look elsewhere.
 * A good end is told with what is next.
 */
export async function tellReady(
  context: Pick<CommandContext, 'lab' | 'log'>,
  id: string,
  outcome: ActionOutcome,
): Promise<void> {
  await tellOutcome(context, id, outcome);
  const record = context.lab.get(id)?.record;
  const end = outcome.kind === 'done' && record ? goodEnd(record) : undefined;
  if (!end) return;
  const show = end.isWarning ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const answer = await show(end.message, ...end.actions.map(({ title }) => title));
  const action = end.actions.find(({ title }) => title === answer);
  if (action) await vscode.commands.executeCommand(action.command, id);
}
