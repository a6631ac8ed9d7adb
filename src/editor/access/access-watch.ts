import type { Unread, UnreadReason } from '../../journey/lab';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { AccessCheck } from './cloud-access';
import { watchForFile } from './watch-for-file';

/** What a person mends beside the editor: with another program, or by writing the config file. */
const mendable: readonly UnreadReason[] = ['unusable', 'signedOut'];

/** Notices by itself that OCI access is there now: a config file that was written, or mended. */
export interface AccessWatch extends Disposable {
  /** How access stands; while there is none, changes round its config file lead to a look from now on. */
  check(): Promise<AccessCheck>;
  /** What a look came to: access that can be mended is waited for further, with any other the watch ends. */
  looked(check: AccessCheck, unread: readonly Unread[]): void;
}

/** @param look reads the cloud anew, and tells its failure itself */
export function createAccessWatch(deps: {
  readonly checkAccess: () => Promise<AccessCheck>;
  readonly look: () => Promise<void>;
  readonly logger: Logger;
}): AccessWatch {
  const { checkAccess, logger } = deps;
  let watched: { readonly file: string; readonly watcher: Disposable } | undefined;
  let isLooking = false;
  let hasChanged = false;
  let isOver = false;

  const end = (): void => {
    watched?.watcher.dispose();
    watched = undefined;
  };
  const follow = (file: string): void => {
    if (isOver || watched?.file === file) return;
    end();
    watched = { file, watcher: watchForFile(file, logger, () => void lookAgain()) };
  };
  /** One look at a time: a file is written in several steps, and the last one counts. */
  const lookAgain = async (): Promise<void> => {
    hasChanged = true;
    if (isLooking) return;
    isLooking = true;
    while (hasChanged && watched) {
      hasChanged = false;
      await deps.look();
    }
    isLooking = false;
  };

  return {
    check: async () => {
      const check = await checkAccess();
      if (check.kind === 'fine' || watched?.file === check.configFile) return check;
      follow(check.configFile);
      // It may have been written just before.
      return await checkAccess();
    },
    looked: (check, unread) => {
      if (check.kind !== 'fine' || unread.some(({ why }) => mendable.includes(why))) follow(check.configFile);
      else end();
    },
    dispose: () => {
      isOver = true;
      end();
    },
  };
}
