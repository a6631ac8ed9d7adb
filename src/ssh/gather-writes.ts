import { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * Makes a socket send together what is written in one turn of the event loop. ssh2 writes each packet in three
 * pieces (length, content, tag); without Nagle's algorithm each would be a system call and a segment of its own.
 * @param socket one that is connecting or connected: `connect` puts back the `write` that it had (net.js).
 */
export function gatherWrites(socket: Socket): void {
  const write: Socket['write'] = Socket.prototype.write.bind(socket);
  let isGathering = false;
  socket.write = (data: Uint8Array | string, encodingOrDone?: BufferEncoding | Done, done?: Done) => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return typeof encodingOrDone === 'function'
      ? write(data, encodingOrDone)
      : write(data, encodingOrDone, done);
  };
}
