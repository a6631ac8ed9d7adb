const bold = '\u001b[1;36m';
const dim = '\u001b[2m';
const green = '\u001b[32m';
const red = '\u001b[31m';
const plain = '\u001b[0m';

/** How a line of the set-up's log is told apart. */
const styles: readonly { readonly line: RegExp; readonly style: string }[] = [
  { line: /^(==>|## |\[\d+\/\d+\])/, style: bold },
  { line: /^\s*(ERROR|error:|failed\b|✗)/i, style: red },
  { line: /^\s*(done\b|✓|ok\b)/i, style: green },
  { line: /^\+ /, style: dim },
];

/**
 * What the terminal shows of each piece. Once all is shown and set-up is over, it says so; what a later set-up adds
 * follows below. @param isGoingOn whether more is to be expected
 */
export function createLogPrinter(isGoingOn: () => boolean): (piece: string) => string {
  const colours = createLogColours();
  let isOpen = false;
  return (piece) => {
    if (piece !== '') {
      isOpen = true;
      return colours(piece);
    }
    if (!isOpen || isGoingOn()) return '';
    isOpen = false;
    return `${colours('\n')}${dim}— end of the log${plain}\r\n`;
  };
}

/** Turns pieces of the log, cut anywhere, into what a terminal shows: CRLF, and headings in colour. */
export function createLogColours(): (piece: string) => string {
  let atLineStart = true;
  let held = '';
  return (piece) => {
    // A heading is told by its first characters: hold back a beginning that is too short to judge.
    const text = held + piece;
    const lastBreak = text.lastIndexOf('\n');
    const tail = text.slice(lastBreak + 1);
    const isStart = lastBreak >= 0 || atLineStart;
    const isShort = isStart && tail.length < 12;
    const shown = isShort ? text.slice(0, lastBreak + 1) : text;
    held = isShort ? tail : '';
    const lines = shown.split('\n');
    const coloured = lines
      .map((line, index) => (index > 0 || atLineStart ? colour(line) : line))
      .join('\r\n');
    if (shown !== '') atLineStart = shown.endsWith('\n');
    return coloured;
  };
}

function colour(line: string): string {
  const style = styles.find((candidate) => candidate.line.test(line))?.style;
  return style === undefined ? line : `${style}${line}${plain}`;
}
