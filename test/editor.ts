import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultsFileVariable } from './running/results';
import { compileSuite } from './sandbox/editor/compile-suite';
import { runSuite } from './sandbox/editor/run-suite';

/** The editor suite in the newest VS Code, or (`npm run test:floor`) in the oldest that is supported. */
const repository = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const version = process.argv[2] === 'floor' ? 'floor' : 'newest';
const suite = await compileSuite(repository, 'test/editor');
const grep = process.env['GREP'];
const results = await runSuite({
  extensionDir: repository,
  suite,
  version,
  limitMs: 4 * 60_000,
  screenshotOnFailure: join(repository, 'out', `editor-${version}.png`),
  ...(grep ? { grep } : {}),
});
const file = process.env[resultsFileVariable];
if (file) writeFileSync(file, JSON.stringify(results));
process.exitCode = results.failed > 0 ? 1 : 0;
