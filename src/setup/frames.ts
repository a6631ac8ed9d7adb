/** What follow.sh prints: pieces of the two files, and whether set-up is running. */
export type Frame =
  { readonly kind: 'log' | 'state'; readonly bytes: Buffer } | { readonly kind: 'running' | 'stopped' };

/** Cuts a byte stream into {@link Frame}s; what is not complete waits for the next piece. */
export function createFrameReader(): (piece: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    const frames: Frame[] = [];
    for (;;) {
      const taken = takeFrame(rest);
      if (taken === undefined) return frames;
      frames.push(taken.frame);
      rest = rest.subarray(taken.length);
    }
  };
}

function takeFrame(bytes: Buffer): { frame: Frame; length: number } | undefined {
  const newline = bytes.indexOf('\n');
  if (newline < 0) return undefined;
  const header = bytes.toString('latin1', 0, newline);
  if (header === 'running' || header === 'stopped') return { frame: { kind: header }, length: newline + 1 };
  const [, kind, size] = /^(log|state) (\d+)$/.exec(header) ?? [];
  if (size === undefined || (kind !== 'log' && kind !== 'state')) {
    throw new Error(`follow.sh printed something unknown: ${header.slice(0, 200)}`);
  }
  const end = newline + 1 + Number(size);
  if (bytes.length < end) return undefined;
  return { frame: { kind, bytes: bytes.subarray(newline + 1, end) }, length: end };
}
