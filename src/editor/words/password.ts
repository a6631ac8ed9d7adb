/** Shorter ones are guessed too soon. */
const shortest = 8;
const tooShort = `At least ${shortest} characters.`;

/** What the box for JupyterLab's password says. @param isSet one is set, so that an empty answer takes it away */
export function passwordBox(isSet: boolean): {
  readonly prompt: string;
  readonly validate: (text: string) => string | undefined;
} {
  return {
    prompt: isSet
      ? `One is set. ${tooShort} Leave empty to have no password: the token alone opens JupyterLab.`
      : `For logging in by browser, besides the token. ${tooShort}`,
    validate: (text) => (text.length > 0 && text.length < shortest ? tooShort : undefined),
  };
}

/** What is told when it has been done. */
export function passwordWords(name: string, isSet: boolean): string {
  return isSet
    ? `The JupyterLab password of ${name} is set.`
    : `The JupyterLab of ${name} has no password any more: the token alone opens it.`;
}
