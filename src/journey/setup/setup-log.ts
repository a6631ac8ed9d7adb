import { createReadStream, watch } from 'node:fs';
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The local copy of an instance's set-up log: still readable when the instance is gone, and for every window. */
export interface SetupLog {
  /** Writes a piece at its place in the log: what is followed again after a drop lands where it was. `end`: the byte after it. */
  write(bytes: Buffer, end: number): Promise<void>;
  clear(): Promise<void>;
  isEmpty(): Promise<boolean>;
  /** The whole log, then what is added, until `signal` aborts. An empty text: all that is there has been given. */
  follow(signal: AbortSignal): AsyncIterable<string>;
}

/** The file of an instance's copy. */
export function setupLogPath(storageDir: string, id: string): string {
  return join(storageDir, 'logs', `${id}.log`);
}

/** @param path the file of the copy; made with its folder on the first write */
export function openSetupLog(path: string): SetupLog {
  return {
    write: async (bytes, end) => {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(path, 'a+').then(async (appending) => {
        await appending.close();
        return await open(path, 'r+');
      });
      try {
        await file.write(bytes, 0, bytes.length, end - bytes.length);
      } finally {
        await file.close();
      }
    },
    clear: async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '');
    },
    isEmpty: async () => (await sizeOf(path)) === 0,
    follow: (signal) => follow(path, signal),
  };
}

async function* follow(path: string, signal: AbortSignal): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8');
  let position = 0;
  for (;;) {
    const size = await sizeOf(path);
    if (size < position) position = 0;
    if (size > position) {
      for await (const chunk of createReadStream(path, { start: position, end: size - 1 })) {
        if (Buffer.isBuffer(chunk)) yield decoder.decode(chunk, { stream: true });
      }
      position = size;
      continue;
    }
    if (signal.aborted) return;
    yield '';
    await changeOf(path, signal);
  }
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    (found) => found.size,
    () => 0,
  );
}

/** Resolves at the next change, when aborted, and after a second anyway: some file systems tell nothing. */
async function changeOf(path: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const watcher = watch(dirname(path), { persistent: false }, resolveOnce);
    const timer = setTimeout(resolveOnce, 1_000);
    function resolveOnce(): void {
      clearTimeout(timer);
      watcher.close();
      signal.removeEventListener('abort', resolveOnce);
      resolve();
    }
    watcher.on('error', resolveOnce);
    signal.addEventListener('abort', resolveOnce, { once: true });
  });
}
