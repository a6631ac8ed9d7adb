import * as vscode from 'vscode';
import type { ActionOutcome } from '../../journey/lab';
import { errorWords } from '../words/error-words';
import type { CommandContext } from './context';
import { nextActions } from './next-actions';

const showLog = 'Show Log';

/** Tells an unexpected error, once for all commands: the sentence to the person, the rest to the log. */
export async function tellFailure(
  { log }: Pick<CommandContext, 'log'>,
  what: string,
  error: unknown,
): Promise<void> {
  log.error(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const answer = await vscode.window.showErrorMessage(errorWords(error), showLog);
  if (answer === showLog) log.show();
}

/** Tells how an instance has failed, with what can be done about it as buttons. */
export async function tellPhase(context: Pick<CommandContext, 'lab' | 'log'>, id: string): Promise<void> {
  const phase = context.lab.get(id)?.record.phase;
  if (phase?.kind === 'failed') await tellOutcome(context, id, { kind: 'failed', message: phase.message });
}

/** Tells what came of an action on an instance; a failure with what can be done about it as buttons. */
export async function tellOutcome(
  { lab, log }: Pick<CommandContext, 'lab' | 'log'>,
  id: string,
  outcome: ActionOutcome,
): Promise<void> {
  if (outcome.kind !== 'failed') return;
  const view = lab.get(id);
  const name = view?.record.name ?? 'The instance';
  const actions = view?.record.phase.kind === 'failed' ? nextActions(view.record.phase) : [];
  const buttons = actions.length > 0 ? actions.map(({ title }) => title) : [showLog];
  const answer = await vscode.window.showErrorMessage(`${name}: ${outcome.message}`, ...buttons);
  const action = actions.find(({ title }) => title === answer);
  if (action) await vscode.commands.executeCommand(action.command, id);
  else if (answer === showLog) log.show();
}
