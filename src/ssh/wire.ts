/** SSH's own byte format (RFC 4251, section 5): what keys and signatures are written in. */

/** A `string`: four bytes of length, then the bytes. */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([wireUint32(bytes.length), bytes]);
}

/** A `uint32`, most significant byte first. */
export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A positive `mpint`: no leading zeros but the one that keeps the number positive. */
export function wireMpint(magnitude: Uint8Array): Buffer {
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start++;
  const trimmed = Buffer.from(magnitude.subarray(start));
  const negative = ((trimmed[0] ?? 0) & 0x80) !== 0;
  return wireString(negative ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

/** Reads one `string` at `offset`; undefined when the bytes end before it does. */
export function readWireString(bytes: Buffer, offset: number): { value: Buffer; next: number } | undefined {
  if (offset + 4 > bytes.length) return undefined;
  const end = offset + 4 + bytes.readUInt32BE(offset);
  if (end > bytes.length) return undefined;
  return { value: bytes.subarray(offset + 4, end), next: end };
}
