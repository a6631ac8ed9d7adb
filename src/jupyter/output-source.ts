import type { Incoming } from './wire';

/**
 * Where a kernel's IOPub messages can be read again: the seam for a recorder on the instance, which
 * numbers what the kernel says, so that a window that was away reads on from the last number it saw
 * and loses nothing. Until there is one, a gap is only noted (see `outputMayBeMissing`).
 */
export interface OutputSource {
  /** Messages of this kernel with numbers above `after`, in order, as long as `signal` allows. */
  read(
    kernelId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly number: number; readonly message: Incoming }>;
}
