import { appendFileSync } from 'node:fs';
import { format } from 'node:util';

/** Where the suite's output goes; the bed shows it as it grows. */
export const outputFileVariable = 'OCI_GPU_LAB_TEST_OUTPUT';
/** `describe`/`it` titles to run, as a regular expression. */
export const grepVariable = 'OCI_GPU_LAB_TEST_GREP';

/**
 * Runs inside the extension host: loads the suite's files and runs them with mocha.
 * @param files each loads one test file, when called.
 * @throws if a test failed, which the editor turns into its exit code.
 */
export async function runInExtensionHost(files: readonly (() => unknown)[]): Promise<void> {
  const { default: MochaClass } = await import('mocha');
  const output = process.env[outputFileVariable];
  if (output) MochaClass.reporters.Base.consoleLog = lineWriter(output);
  const { default: reporter } = await import('../../running/reporter');
  const grep = process.env[grepVariable];
  const mocha = new MochaClass({
    ui: 'bdd',
    timeout: 60_000,
    reporter,
    color: false,
    ...(grep ? { grep } : {}),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) load();
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** What the reporter prints goes to the file: the host's own console, which nobody may replace, ends in a log. */
function lineWriter(file: string): (...parts: unknown[]) => void {
  return (...parts) => {
    appendFileSync(file, `${format(...parts)}\n`);
  };
}
