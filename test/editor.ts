import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { typedAnswers } from './editor/typed-answers';
import { resultsFileVariable } from './running/results';
import { compileSuite } from './sandbox/editor/compile-suite';
import { Person } from './sandbox/editor/person';
import { runSuite } from './sandbox/editor/run-suite';
import type { RunningEditor } from './sandbox/editor/start-editor';

/** The editor suite in the newest VS Code, or (`npm run test:floor`) in the oldest that is supported. */
const repository = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const version = process.argv[2] === 'floor' ? 'floor' : 'newest';
const suite = await compileSuite(repository, 'test/editor');
const grep = process.env['GREP'];

/** A person beside the suite: no extension can type into a box. */
async function typeAnswers({ page }: RunningEditor): Promise<void> {
  const person = new Person(page);
  for (const { prompt, box, text } of typedAnswers) {
    const input = person.quickInput
      .filter({ hasText: prompt })
      .locator(`.quick-input-box input[type="${box}"]`);
    await input.fill(text, { timeout: 0 });
    await input.press('Enter');
  }
}

const results = await runSuite({
  extensionDir: repository,
  suite,
  version,
  limitMs: 4 * 60_000,
  drive: typeAnswers,
  screenshotOnFailure: join(repository, 'out', `editor-${version}.png`),
  ...(grep ? { grep } : {}),
});
const file = process.env[resultsFileVariable];
if (file) writeFileSync(file, JSON.stringify(results));
process.exitCode = results.failed > 0 ? 1 : 0;
