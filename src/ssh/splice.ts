import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Joins a local connection and a forwarded channel both ways: each side's end is passed on alone (half-close),
 * a slow reader holds the other side back, and when one side breaks the other is taken down.
 */
export function splice(local: Socket, remote: Duplex): void {
  local.pipe(remote);
  remote.pipe(local);
  local.once('error', () => remote.destroy());
  remote.once('error', () => local.destroy());
  // A local side that is gone for good can read nothing more, so the channel need not wait for its end.
  local.once('close', () => {
    remote.unpipe(local);
    // Unread data would keep ssh2 from closing the channel.
    remote.resume();
    remote.destroy();
  });
  // ssh2 closes a channel after its data was read; `end` lets the last of it reach the local side.
  remote.once('close', () => local.end());
}
