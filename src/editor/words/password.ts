/** Shorter ones are guessed too soon. */
const shortest = 8;
const tooShort = `At least ${shortest} characters.`;

/** A box that asks for JupyterLab's password. */
export interface PasswordBox {
  readonly prompt: string;
  readonly validate: (text: string) => string | undefined;
  /** An empty answer takes away the password that is set; false where it is known that there is none. */
  readonly mayTakeAway: boolean;
}

/** What the box says. @param isSet undefined while that is not known, or where it cannot be asked */
export function passwordBox(isSet: boolean | undefined): PasswordBox {
  return {
    prompt: promptOf(isSet),
    validate: (text) => (text.length > 0 && text.length < shortest ? tooShort : undefined),
    mayTakeAway: isSet !== false,
  };
}

function promptOf(isSet: boolean | undefined): string {
  if (isSet) {
    return `One is set. ${tooShort} Leave empty to have no password: the token alone opens JupyterLab.`;
  }
  const set = `For logging in by browser, besides the token. ${tooShort}`;
  return isSet === undefined ? `${set} Leave empty to have none.` : set;
}

/** What is told when it has been done. */
export function passwordWords(name: string, isSet: boolean): string {
  return isSet
    ? `The JupyterLab password of ${name} is set.`
    : `The JupyterLab of ${name} has no password any more: the token alone opens it.`;
}
