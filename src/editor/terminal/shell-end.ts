const red = '\u001b[31m';
const plain = '\u001b[0m';

/** What a terminal does when its shell has ended: closes, or stays open and says why. */
export type ShellEnd =
  { readonly kind: 'close'; readonly code: number } | { readonly kind: 'say'; readonly text: string };

/** @param code exit status; null when the shell has none, because its link has dropped */
export function shellEnd(code: number | null, name: string): ShellEnd {
  if (code !== null) return { kind: 'close', code };
  return { kind: 'say', text: inRed(`The connection to ${name} was lost.`, '\r\n') };
}

/** A line of the terminal's own, told apart from the shell's. @param before what ends the line that is there */
export function inRed(line: string, before = ''): string {
  return `${before}${red}${line}${plain}\r\n`;
}
