import { stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Unread, UnreadReason } from '../../journey/lab';
import { systemClock, type Clock } from '../../ports/clock';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { AccessCheck } from './cloud-access';
import { watchForFile } from './watch-for-file';

/** What a person mends beside the editor: with another program, or by writing the config file. */
const mendable: readonly UnreadReason[] = ['unusable', 'signedOut'];

/** A file is written in several steps, and a look reads all regions: a change has this long to come to rest (milliseconds). */
const restMs = 1_000;

/** Notices by itself that OCI access is there now: a config file, key or session's token that was written, or mended. */
export interface AccessWatch extends Disposable {
  /** How access stands, just before the cloud is read. */
  check(): Promise<AccessCheck>;
  /**
   * What a look came to. Where access is missing, or a part of it that can be mended, a change of the files that it
   * depends on leads to another look; with any other the watch ends.
   */
  looked(check: AccessCheck, unread: readonly Unread[]): void;
}

/** @param look reads the cloud anew, and tells its failure itself */
export function createAccessWatch(deps: {
  readonly checkAccess: () => Promise<AccessCheck>;
  readonly look: () => Promise<void>;
  readonly logger: Logger;
  readonly clock?: Clock;
}): AccessWatch {
  const { checkAccess, logger, clock = systemClock } = deps;
  const closing = new AbortController();
  let configFile: string | undefined;
  let watched: { readonly files: readonly string[]; readonly watchers: readonly Disposable[] } | undefined;
  /** The stamps of the files that the last look has read. */
  let seen: ReadonlyMap<string, string> = new Map();
  let isLooking = false;
  let hasEvent = false;

  const end = (): void => {
    for (const watcher of watched?.watchers ?? []) watcher.dispose();
    watched = undefined;
  };
  const follow = (files: readonly string[]): void => {
    if (closing.signal.aborted || isDeepStrictEqual(watched?.files, files)) return;
    end();
    const onEvent = (): void => void lookIfChanged();
    watched = { files, watchers: files.map((file) => watchForFile(file, logger, onEvent)) };
    // Nothing tells of what was written before the watch began.
    onEvent();
  };
  const hasChanged = async (): Promise<boolean> => {
    const stamps = await stampsOf(watched?.files ?? []);
    return watched !== undefined && [...stamps].some(([file, stamp]) => stamp !== seen.get(file));
  };
  /** One look at a time. Their folders tell of other files too: swap files, and what others sign with. */
  const lookIfChanged = async (): Promise<void> => {
    hasEvent = true;
    if (isLooking) return;
    isLooking = true;
    while (hasEvent && watched) {
      // Cut short only by the end of the watch.
      await clock.sleep(restMs, closing.signal).catch(() => undefined);
      hasEvent = false;
      if (await hasChanged()) await deps.look();
    }
    isLooking = false;
  };

  return {
    check: async () => {
      for (;;) {
        // Taken before the file is read: what is written meanwhile has another.
        const stamps = await stampsOf(configFile === undefined ? [] : [configFile]);
        const check = await checkAccess();
        if (check.configFile === configFile) {
          seen = new Map([...stamps, ...(await stampsOf(signingFiles(check)))]);
          return check;
        }
        configFile = check.configFile;
      }
    },
    looked: (check, unread) => {
      const faulty = unread.filter(({ why }) => mendable.includes(why)).map(({ profile }) => profile);
      if (check.kind === 'fine' && faulty.length === 0) end();
      else follow([check.configFile, ...signingFiles(check, faulty)]);
    },
    dispose: () => {
      closing.abort();
      end();
    },
  };
}

/** What profiles sign with, each file once. @param names all profiles when not given */
function signingFiles(check: AccessCheck, names?: readonly string[]): readonly string[] {
  if (check.kind !== 'fine') return [];
  const files = [...check.signingFiles].filter(([name]) => names?.includes(name) ?? true);
  return [...new Set(files.flatMap(([, paths]) => paths))];
}

/** Tells one state of each file from another; reading it changes nothing. */
async function stampsOf(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map(await Promise.all(files.map(async (file) => [file, await stampOf(file)] as const)));
}

async function stampOf(file: string): Promise<string> {
  try {
    // The time of its state changes with its permissions too.
    const { mtimeMs, ctimeMs, size } = await stat(file);
    return `${mtimeMs} ${ctimeMs} ${size}`;
  } catch {
    // Whatever keeps it from being seen: that it can be seen again is a change.
    return 'not seen';
  }
}
