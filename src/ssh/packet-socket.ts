import { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * A TCP socket that sends together what is written in one turn of the event loop. ssh2 writes each packet in three
 * pieces (length, content, tag); without Nagle's algorithm each would be a system call and a segment of its own.
 */
export class PacketSocket extends Socket {
  #gathering = false;

  override write(data: Uint8Array | string, encodingOrDone?: BufferEncoding | Done, done?: Done): boolean {
    if (!this.#gathering) {
      this.#gathering = true;
      this.cork();
      process.nextTick(() => {
        this.#gathering = false;
        this.uncork();
      });
    }
    return typeof encodingOrDone === 'function'
      ? super.write(data, encodingOrDone)
      : super.write(data, encodingOrDone, done);
  }
}
