import { existsSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';

/**
 * Tells of changes in the folder of a file that may not exist yet, as its folder may not: until that is made, the
 * nearest folder above it is watched. Makes nothing, and asks nothing again and again.
 */
export function watchForFile(file: string, logger: Logger, onChange: () => void): Disposable {
  const wanted = dirname(file);
  let watched = '';
  let watcher: FSWatcher | undefined;
  const arm = (): void => {
    watcher?.close();
    watched = nearestFolder(wanted);
    watcher = watch(watched, { persistent: false }, (_event, name) => look(name));
    watcher.on('error', (error) => {
      logger.debug(`${watched} is watched anew.`, error);
      armOrGiveUp();
    });
    // Made after it was looked for: nothing would tell of it.
    if (nearestFolder(wanted) !== watched) arm();
  };
  const armOrGiveUp = (): void => {
    try {
      arm();
    } catch (error) {
      logger.warn(`It is not noticed when ${file} changes.`, error);
    }
  };
  const look = (name: string | null): void => {
    // A watcher stays with the folder that it began with, also when another one has its name by now.
    if (name === basename(watched) || nearestFolder(wanted) !== watched) armOrGiveUp();
    if (watched === wanted) onChange();
  };
  armOrGiveUp();
  return { dispose: () => watcher?.close() };
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}
