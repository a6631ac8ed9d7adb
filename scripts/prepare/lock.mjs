// One preparation at a time on a machine. The lock is an abstract Unix socket (Linux): the kernel
// frees it when its holder ends, however it ends, so that no stale lock can be left behind.
import { createServer } from 'node:net';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

const limitMs = 30 * 60_000;

/** Runs `work` while no other process holds the lock for `path`; `onWait` is called once if it must wait. */
export async function withLock(path, onWait, work) {
  const name = `\0oci-gpu-lab-prepare-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  const end = Date.now() + limitMs;
  let held = await tryListen(name);
  if (!held) onWait();
  while (!held) {
    if (Date.now() > end) throw new Error('Another preparation is still running after 30 minutes.');
    await delay(250);
    held = await tryListen(name);
  }
  try {
    return await work();
  } finally {
    await new Promise((done) => held.close(done));
  }
}

function tryListen(name) {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? done(undefined) : fail(error)));
    server.listen(name, () => done(server));
  });
}
