import { fileURLToPath } from 'node:url';
import { silentLogger } from '../src/ports/logger';
import { openEngine } from './sandbox/machines/engine';
import { removeLeftovers } from './sandbox/machines/leftovers';
import { defaultCacheFolder } from './sandbox/machines/machines';
import { runAll, type SuiteEngine } from './running/run-all';
import { suites } from './running/suites';

/**
 * `npm test`: every suite in order, each a process of its own; the last line is `N passed, N failed`.
 * `npm test -- unit lint` runs only the named ones.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));

/** Without an engine the suites that need one fail, and the others still tell what they found. */
async function openSharedEngine(): Promise<SuiteEngine> {
  try {
    const engine = await openEngine({ log: silentLogger, cacheFolder: defaultCacheFolder() });
    const close = async (): Promise<void> => {
      try {
        await removeLeftovers(engine.docker);
      } finally {
        await engine.dispose();
      }
    };
    return { host: engine.host, close };
  } catch (error) {
    console.error(`No Docker engine: ${error instanceof Error ? error.message : String(error)}`);
    return { host: undefined, close: () => Promise.resolve() };
  }
}

process.exitCode = await runAll({
  repository,
  suites,
  only: process.argv.slice(2),
  openEngine: openSharedEngine,
});
