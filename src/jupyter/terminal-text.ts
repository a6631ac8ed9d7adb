/** How much of a stream is kept, in UTF-16 code units. */
export interface TextLimits {
  /** The beginning that is always kept. */
  readonly headChars: number;
  /** The end that is kept besides. */
  readonly tailChars: number;
}

/** A stream's text as a terminal would show it. */
export interface TerminalText {
  /** Adds what the program wrote. */
  write(text: string): void;
  /** What the terminal shows now, with one clear line where too much was left out. */
  render(): string;
  /**
   * What {@link render} has gained since the last take: only text to add, or the whole text where
   * something shown before was rewritten or left out. Empty when nothing changed.
   */
  take(): { readonly kind: 'append' | 'replace'; readonly text: string };
  /** UTF-16 code units left out so far. */
  readonly leftOut: number;
}

/**
 * A terminal's line discipline over a stream: `\r` returns to the start of the line and what follows
 * overwrites it (progress bars), `\b` steps back, `ESC[K` erases. Lines that are done do not change any more.
 */
export function createTerminalText({ headChars, tailChars }: TextLimits): TerminalText {
  let head = '';
  let tail: string[] = [];
  let tailLength = 0;
  let leftOut = 0;
  /** The line being written, and where the next character goes in it; cells only once it was rewritten. */
  let line = '';
  let cells: string[] | undefined;
  let cursor = 0;
  /** Added since the last take; undefined once that is not all that changed. */
  let added: string | undefined = '';
  /** What the current line showed at the last take. */
  let lineTaken = '';

  const lineText = () => (cells ? cells.join('') : line);

  const settle = (text: string) => {
    const room = headChars - head.length;
    if (room > 0 && tailLength === 0) head += text.slice(0, room);
    const rest = room > 0 && tailLength === 0 ? text.slice(room) : text;
    if (rest === '') return;
    tail.push(rest);
    tailLength += rest.length;
    if (tailLength > tailChars * 1.25 + 1024) trimTail();
  };

  const trimTail = () => {
    const whole = tail.join('');
    const kept = whole.slice(whole.length - tailChars);
    leftOut += whole.length - kept.length;
    tail = [kept];
    tailLength = kept.length;
    added = undefined;
  };

  /** Notes that the current line is done, for `take`. */
  const noteDone = (text: string) => {
    if (added === undefined) return;
    if (text.startsWith(lineTaken)) added += text.slice(lineTaken.length);
    else added = undefined;
    lineTaken = '';
  };

  const endLine = () => {
    const done = `${lineText()}\n`;
    noteDone(done);
    settle(done);
    line = '';
    cells = undefined;
    cursor = 0;
  };

  const put = (text: string) => {
    if (!cells && cursor === line.length) {
      line += text;
      cursor = line.length;
      return;
    }
    cells ??= cellsOf(line);
    for (const cell of cellsOf(text)) {
      cells[cursor] = cell;
      cursor += 1;
    }
  };

  const moveTo = (where: number) => {
    cells ??= cellsOf(line);
    cursor = Math.max(0, Math.min(where, cells.length));
  };

  const control = (sequence: string) => {
    if (sequence === '\n') endLine();
    else if (sequence === '\r') moveTo(0);
    else if (sequence === '\b') moveTo((cells ? cursor : cellsOf(line).length) - 1);
    else {
      cells ??= cellsOf(line);
      if (sequence === '\u001b[2K') cells = [];
      else cells.length = Math.min(cells.length, cursor);
      cursor = Math.min(cursor, cells.length);
    }
  };

  /** A line longer than all that may be kept is not going to be rewritten: settle what there is. */
  const boundLine = () => {
    if ((cells ? cells.length : line.length) <= tailChars) return;
    const text = lineText();
    noteDone(text);
    settle(text);
    line = '';
    cells = undefined;
    cursor = 0;
  };

  return {
    write(text) {
      let from = 0;
      // A run of plain lines needs no look at each of them.
      for (const match of text.matchAll(controls)) {
        if (match.index > from) put(text.slice(from, match.index));
        control(match[0] === '\r\n' ? '\n' : match[0]);
        from = match.index + match[0].length;
      }
      if (from < text.length) put(text.slice(from));
      boundLine();
    },
    render: () => head + leftOutLine(leftOut) + tail.join('') + lineText(),
    take() {
      const now = lineText();
      if (added !== undefined && now.startsWith(lineTaken)) {
        const text = added + now.slice(lineTaken.length);
        added = '';
        lineTaken = now;
        return { kind: 'append', text };
      }
      added = '';
      lineTaken = now;
      return { kind: 'replace', text: head + leftOutLine(leftOut) + tail.join('') + now };
    },
    get leftOut() {
      return leftOut;
    },
  };
}

const escape = '\u001b';
/** What moves the cursor or erases. */
const controls = new RegExp(`\\r?\\n|\\r|\\u0008|${escape}\\[[02]?K`, 'g');
/** A character with the colour codes before it. */
const cell = new RegExp(`(?:${escape}\\[[0-9;]*m)*(?:[^${escape}]|${escape}(?!\\[[0-9;]*m)|$)`, 'gu');

/** The characters of a line, each with the colour codes before it. */
function cellsOf(text: string): string[] {
  return (text.match(cell) ?? []).filter((found) => found !== '');
}

function leftOutLine(chars: number): string {
  if (chars === 0) return '';
  return `\n[… ${chars.toLocaleString('en-US')} characters of output are left out here. Write long output to a file on the instance. …]\n`;
}
