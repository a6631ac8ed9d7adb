import { CancellationTokenSource, commands, window } from 'vscode';
import type { NotReady } from './types';

/** `input()` and `getpass()` of a running cell; `undefined` when the person pressed Escape, or `ended` aborted. */
export async function askForInput(
  prompt: string,
  password: boolean,
  ended: AbortSignal,
): Promise<string | undefined> {
  const closing = new CancellationTokenSource();
  const close = () => closing.cancel();
  ended.addEventListener('abort', close, { once: true });
  try {
    return await window.showInputBox(
      {
        title: 'The running cell asks for input',
        prompt: prompt.trim() || (password ? 'Password' : 'Input'),
        password,
        ignoreFocusOut: true,
      },
      closing.token,
    );
  } finally {
    ended.removeEventListener('abort', close);
    closing.dispose();
  }
}

/** Says why no cell can run, with what to do about it as buttons. */
export async function offerNextAction(problem: NotReady): Promise<void> {
  const chosen = await window.showWarningMessage(
    problem.reason,
    ...problem.actions.map(({ title }) => title),
  );
  const action = problem.actions.find(({ title }) => title === chosen);
  if (action) await commands.executeCommand(action.command, ...(action.arguments ?? []));
}
