import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import { basename } from 'node:path';
import type { Disposable } from '../ports/disposable';
import type { Logger } from '../ports/logger';

/**
 * Tells of changes in a folder, by the name of the file (null: not known which). A folder that is deleted is made anew
 * and watched again: a watcher stays with the folder that it began with, and would be silent from then on.
 */
export function watchFolder(
  folder: string,
  logger: Logger,
  onChange: (name: string | null) => void,
): Disposable {
  let watcher: FSWatcher | undefined;
  const arm = (): void => {
    watcher?.close();
    mkdirSync(folder, { recursive: true });
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name !== basename(folder)) onChange(name);
      else armAgain();
    });
    watcher.on('error', (error) => {
      logger.warn('The storage folder is watched anew.', error);
      armAgain();
    });
  };
  const armAgain = (): void => {
    try {
      arm();
    } catch (error) {
      logger.warn('The storage folder can no longer be watched.', error);
    }
    onChange(null);
  };
  arm();
  return { dispose: () => watcher?.close() };
}
