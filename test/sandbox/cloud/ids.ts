import { randomBytes } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new OCID; `place` is the region's part, empty for what belongs to no region. */
export function newOcid(kind: string, place: string): string {
  const tail = [...randomBytes(56)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return `ocid1.${kind}.oc1.${place}.aaaa${tail}`;
}

/** As OCI writes it: three groups of 32 hexadecimal digits; the client's own id takes the first place. */
export function newRequestId(fromClient: string | undefined): string {
  const group = () => randomBytes(16).toString('hex').toUpperCase();
  return [fromClient ?? group(), group(), group()].join('/');
}
