import { say } from './say';

/** Ctrl-C, or the end that a supervisor asks for. */
export interface Interruption {
  /** Resolves with the first. */
  readonly happens: Promise<void>;
  /** Rejects with the first. */
  readonly fails: Promise<never>;
  /** @throws when it has happened */
  throwIfNow(): void;
}

/**
 * Listens from now on. A key press reaches the whole process group and comes again through npm: later ones change
 * nothing, so that what is being removed is removed.
 */
export function interruption(): Interruption {
  const error = new Error('Interrupted.');
  let isNow = false;
  const happens = new Promise<void>((resolve) => {
    const onSignal = (): void => {
      if (!isNow) say('Ending, and removing what was made…');
      isNow = true;
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  const fails = happens.then((): never => {
    throw error;
  });
  // Nobody may be waiting when it comes.
  fails.catch(() => undefined);
  return {
    happens,
    fails,
    throwIfNow: () => {
      if (isNow) throw error;
    },
  };
}
