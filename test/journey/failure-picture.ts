import { cp, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { EditorBed } from './lab-bed';

/** Where pictures of failed tests go, and the extension's log; none are kept when it is not set. */
const folderVariable = 'OCI_GPU_LAB_FAILURE_PICTURES';

/** For `afterEach`: shows what the editor looked like when the test failed, and what the extension had logged. */
export async function pictureOfFailure(
  bed: EditorBed | undefined,
  test: Mocha.Test | undefined,
): Promise<void> {
  const folder = process.env[folderVariable];
  if (folder === undefined || !bed || test?.state !== 'failed') return;
  const name = join(folder, test.title.replaceAll(/[^\w]+/g, '-').slice(0, 60));
  await bed.editor.screenshot(`${name}.png`);
  const files = await readdir(bed.editor.dataDir, { recursive: true });
  const logs = files.filter((file) => basename(file) === 'OCI GPU.log');
  for (const [at, log] of logs.entries()) await cp(join(bed.editor.dataDir, log), `${name}-${at + 1}.log`);
}
