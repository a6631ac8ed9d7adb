import { readdir, readFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { commandLine } from '../ssh/quote';
import type { SshConnection } from '../ssh/types';
import type { Places } from './places';
import { runOnInstance } from './run-on-instance';
import { tar, type TarFile } from './tar';

/**
 * Puts the scripts and notebooks of `resourcesDir` onto the instance, in one round trip; the login user owns them.
 * @throws SshError, or CommandFailed when the instance refuses.
 */
export async function uploadScripts(
  connection: SshConnection,
  resourcesDir: string,
  plan: string,
  { places, user }: { readonly places: Places; readonly user: string },
  signal?: AbortSignal,
): Promise<void> {
  const files = [
    ...(await filesOf(join(resourcesDir, 'setup'), '')),
    ...(await filesOf(join(resourcesDir, 'notebooks'), 'notebooks/')),
    { path: 'plan.env', content: Buffer.from(plan), mode: 0o644 },
  ];
  const owner = places.asRoot.length > 0 ? ['-o', user] : [];
  const folders = [...places.asRoot, 'install', '-d', ...owner, '-m', '755', places.lab, places.setup];
  const unpack = ['tar', '-x', '-C', places.setup, '--no-same-owner', '-f', '-'];
  await runOnInstance(connection, `${commandLine(folders)} && ${commandLine(unpack)}`, {
    stdin: tar(files),
    signal,
  });
}

async function filesOf(folder: string, prefix: string): Promise<TarFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(sh|py|ipynb)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path:
        prefix +
        path
          .slice(folder.length + 1)
          .split(sep)
          .join(posix.sep),
      // A checkout on Windows may have changed the line ends, which bash would take for a part of the words.
      content: Buffer.from((await readFile(path, 'utf8')).replaceAll('\r\n', '\n')),
      mode: path.endsWith('.sh') ? 0o755 : 0o644,
    })),
  );
}
