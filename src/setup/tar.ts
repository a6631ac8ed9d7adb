/** A file to be packed. */
export interface TarFile {
  /** Relative, with `/`; at most 100 bytes. */
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number;
}

const block = 512;

/**
 * Packs files as a POSIX ustar archive (IEEE 1003.1, pax, "ustar Interchange Format"), so that many files travel in
 * one round trip. Times are zero: the same files give the same bytes.
 */
export function tar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ path, content, mode }) => {
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    return [header(path, content.length, mode), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header(path: string, size: number, mode: number): Buffer {
  const bytes = Buffer.alloc(block);
  if (Buffer.byteLength(path) > 100) throw new Error(`${path}: too long a name for this archive`);
  bytes.write(path, 0);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(0, 11), 136);
  bytes.write('0', 156);
  bytes.write('ustar\0' + '00', 257);
  // The checksum counts itself as spaces.
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148);
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
