import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/waiting/until';
import type { WindowBed } from './lab-bed';
import { openSample } from './main-job';

/** Opens a sample notebook, takes away what it shows, runs it, and waits until it is saved with what is expected. */
export async function runSampleAnew(bed: WindowBed, name: string, expected: RegExp): Promise<void> {
  const shows = async (): Promise<boolean> => {
    await bed.editor.page.keyboard.press('ControlOrMeta+KeyS');
    return expected.test(await readFile(join(bed.editor.workspace, `${name}.ipynb`), 'utf8'));
  };
  const cleared = async (): Promise<true | undefined> => {
    if (!(await shows())) return true;
    await bed.person.clearAllOutputs();
    return undefined;
  };
  await openSample(bed.person, name);
  // A notebook that is still being opened takes no click.
  await until(cleared, { what: `${name} without outputs`, limitMs: 60_000, everyMs: 500 });
  await bed.person.runAllCells();
  const shown = async () => (await shows()) || undefined;
  await until(shown, { what: `${name} with its number`, limitMs: 180_000, everyMs: 1_000 });
}
