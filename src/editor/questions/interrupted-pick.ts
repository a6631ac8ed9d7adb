import type { QuickInput } from 'vscode';

/** The question that has taken the window's one place for picks and input boxes. */
let question: Promise<unknown> | undefined;

/** Asks for what an open pick is waiting for, such as a passphrase: the pick comes back afterwards. */
export async function interruptPick<T>(ask: () => PromiseLike<T>): Promise<T> {
  const asked = Promise.resolve(ask());
  question = asked;
  try {
    return await asked;
  } finally {
    if (question === asked) question = undefined;
  }
}

/** Calls `closed` when the person closes the pick; one that a question has hidden is shown again after it. */
export function onClosed(pick: QuickInput, closed: () => void): void {
  pick.onDidHide(() => {
    if (question === undefined) {
      closed();
      return;
    }
    const showAgain = () => pick.show();
    question.then(showAgain, showAgain);
  });
}
