import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { compileSuite } from './sandbox/editor/compile-suite';

/**
 * The editor suite in desktop VS Code: the one that `VSCODE_EXECUTABLE` names, else the newest, which
 * is downloaded. On a Linux machine without a display: `xvfb-run npm run test:desktop`.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));

async function findVsCode(): Promise<string | undefined> {
  const given = process.env['VSCODE_EXECUTABLE'];
  if (given) return existsSync(given) ? given : undefined;
  try {
    return await downloadAndUnzipVSCode({ version: 'stable' });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

async function main(): Promise<number> {
  const vscodeExecutablePath = await findVsCode();
  if (vscodeExecutablePath === undefined) {
    console.error(
      'No desktop VS Code: it could not be downloaded, or VSCODE_EXECUTABLE names no file. Nothing was tested.',
    );
    return 69;
  }
  const userData = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-desktop-'));
  try {
    return await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: repository,
      extensionTestsPath: await compileSuite(repository, 'test/editor'),
      launchArgs: ['--disable-extensions', '--disable-workspace-trust', '--user-data-dir', userData],
    });
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}

process.exitCode = await main();
