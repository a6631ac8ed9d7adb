import { fileURLToPath } from 'node:url';
import { createDocker } from './sandbox/machines/docker';
import { removeLeftovers } from './sandbox/machines/leftovers';
import { suites } from './running/suites';
import { runAll } from './running/run-all';

/**
 * `npm test`: every suite in order, each a process of its own; the last line is `N passed, N failed`.
 * `npm test -- unit lint` runs only the named ones.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));

async function removeMachines(): Promise<void> {
  try {
    await removeLeftovers(createDocker());
  } catch (error) {
    // Without an engine there is nothing to remove; the suites have said so already.
    console.error(`Leftover machines: ${error instanceof Error ? error.message : String(error)}`);
  }
}

process.exitCode = await runAll({
  repository,
  suites,
  only: process.argv.slice(2),
  removeLeftovers: removeMachines,
});
