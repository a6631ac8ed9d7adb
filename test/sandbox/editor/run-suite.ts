import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { resultsFileVariable, suiteResults } from '../../running/results';
import type { SuiteResults } from '../../running/results';
import { startEditor } from './start-editor';
import type { EditorOptions, RunningEditor } from './start-editor';
import { grepVariable, outputFileVariable } from './suite-host';

export interface SuiteOptions extends Omit<EditorOptions, 'suite'> {
  /** The compiled suite's entry: see `compileSuite`. */
  readonly suite: string;
  /** Milliseconds for the whole run. */
  readonly limitMs: number;
  /** Runs only the tests whose full title matches. */
  readonly grep?: string | undefined;
  /** Runs beside the suite, to do by hand what the suite cannot. */
  readonly drive?: ((editor: RunningEditor) => Promise<void>) | undefined;
  /** Takes a picture when a test failed or the limit was reached; path of the .png. */
  readonly screenshotOnFailure?: string | undefined;
}

/**
 * Runs a mocha suite in the real extension host, and shows what it prints while it runs.
 * @throws if the suite did not come to its end: nothing that crashed counts as passed
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResults> {
  const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-suite-'));
  const results = join(folder, 'results.json');
  const output = join(folder, 'output.txt');
  writeFileSync(output, '');
  const follow = followFile(output);
  const consoleLines: string[] = [];
  const editor = await startEditor({
    ...options,
    env: {
      ...options.env,
      [resultsFileVariable]: results,
      [outputFileVariable]: output,
      [grepVariable]: options.grep,
    },
    onConsole: (line) => {
      consoleLines.push(line);
      options.onConsole?.(line);
    },
  });
  try {
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort();
    }, options.limitMs);
    const reached = new Promise<'limit'>((resolve) => {
      limit.signal.addEventListener('abort', () => {
        resolve('limit');
      });
    });
    const driven = options.drive?.(editor).then(() => editor.suiteEnded);
    const outcome = await Promise.race([editor.suiteEnded, reached, ...(driven ? [driven] : [])]).finally(
      () => {
        clearTimeout(timer);
      },
    );
    if (outcome !== 0 && options.screenshotOnFailure) await editor.screenshot(options.screenshotOnFailure);
    if (outcome === 'limit') throw new Error(`The suite did not end within ${options.limitMs / 1000} s.`);
    if (!existsSync(results)) {
      throw new Error(
        `The suite ended before its tests (code ${outcome}).\n${consoleLines.slice(-20).join('\n')}`,
      );
    }
    const read: unknown = JSON.parse(readFileSync(results, 'utf8'));
    return v.parse(suiteResults, read);
  } finally {
    await editor.close();
    follow.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies what is appended to a file to our own output, until ended. */
function followFile(path: string): { end(): void } {
  let shown = 0;
  const show = () => {
    const text = readFileSync(path);
    process.stdout.write(text.subarray(shown));
    shown = text.length;
  };
  const timer = setInterval(show, 200);
  return {
    end: () => {
      clearInterval(timer);
      show();
    },
  };
}
