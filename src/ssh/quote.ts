/**
 * Builds a command line that a POSIX shell splits back into exactly `argv`; this file is the only place in the project that
 * quotes.
 * Words are put between single quotes, where nothing is special but the quote itself (POSIX.1-2017, XCU 2.2.2).
 * @throws Error when a word holds a NUL, which no argument can carry, or when `argv` is empty.
 */
export function commandLine(argv: readonly string[]): string {
  if (argv.length === 0) throw new Error('A command line needs at least one word.');
  return argv.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Error('An argument cannot hold a NUL character.');
  // `~`, `=` and `{` are left out on purpose: shells expand them at a word's start or inside.
  if (/^[A-Za-z0-9_@%+:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The same for a person to paste on Windows, where programs split their line themselves (Microsoft, "Parsing C command-line
 * arguments"). A quote within a word is right for cmd alone: PowerShell has another sign for it.
 */
export function windowsCommandLine(argv: readonly string[]): string {
  return argv.map(doubleQuoted).join(' ');
}

function doubleQuoted(word: string): string {
  if (/^[A-Za-z0-9_@%+:./\\[\]-]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)("|$)/g, (_all, slashes: string, quote: string) => slashes + slashes + (quote && '\\"'))}"`;
}
