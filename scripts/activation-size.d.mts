/** Bytes of the entry with its static imports, from esbuild's metafile. */
export function activationBytes(metafile: unknown): number;
