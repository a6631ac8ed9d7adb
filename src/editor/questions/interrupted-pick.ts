import type { QuickInput } from 'vscode';

/** The last of the questions that have taken, or wait for, the window's one place for picks and input boxes. */
let question: Promise<unknown> | undefined;

/**
 * Asks for what an open pick is waiting for, such as a passphrase: the pick comes back afterwards. One question after
 * the other, because a second one would hide the first, as if the person had closed it.
 */
export async function interruptPick<T>(ask: () => PromiseLike<T>): Promise<T> {
  const asked = question === undefined ? Promise.resolve(ask()) : question.then(ask, ask);
  question = asked;
  try {
    return await asked;
  } finally {
    if (question === asked) question = undefined;
  }
}

/** Calls `closed` when the person closes the pick; one that a question has hidden is shown again after it. */
export function onClosed(pick: Pick<QuickInput, 'onDidHide' | 'show'>, closed: () => void): void {
  const showAgain = (): void => {
    if (question === undefined) pick.show();
    else question.then(showAgain, showAgain);
  };
  pick.onDidHide(() => {
    if (question === undefined) closed();
    else showAgain();
  });
}
