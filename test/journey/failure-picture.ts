import { join } from 'node:path';
import type { EditorBed } from './lab-bed';

/** Where pictures of failed tests go; none are taken when it is not set. */
const folderVariable = 'OCI_GPU_LAB_FAILURE_PICTURES';

/** For `afterEach`: shows what the editor looked like when the test failed. */
export async function pictureOfFailure(
  bed: EditorBed | undefined,
  test: Mocha.Test | undefined,
): Promise<void> {
  const folder = process.env[folderVariable];
  if (folder === undefined || !bed || test?.state !== 'failed') return;
  await bed.editor.screenshot(join(folder, `${test.title.replaceAll(/[^\w]+/g, '-').slice(0, 60)}.png`));
}
