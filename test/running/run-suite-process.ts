import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { resultsFileVariable, suiteResults } from './results';
import type { SuiteResults } from './results';
import type { Suite } from './suites';

/** How one suite ended. */
export interface SuiteOutcome {
  readonly name: string;
  readonly seconds: number;
  readonly results: SuiteResults;
}

/**
 * Runs one suite in a process group of its own, its output going straight through, with `env` on top of ours.
 * A suite that crashes, runs past its limit or runs no test counts as one failure.
 */
export async function runSuiteProcess(
  repository: string,
  suite: Suite,
  env: Readonly<Record<string, string>>,
): Promise<SuiteOutcome> {
  const start = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-results-'));
  const file = join(folder, 'results.json');
  try {
    const ended = await runToEnd(repository, suite, { ...env, [resultsFileVariable]: file });
    const results = suite.kind === 'check' ? checkResults(suite, ended) : testResults(suite, ended, file);
    return { name: suite.name, seconds: (Date.now() - start) / 1000, results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `undefined`: ended with 0; else how it ended, in words. */
type Ended = string | undefined;

function runToEnd(
  repository: string,
  { argv, limitMinutes }: Suite,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const [program = '', ...parameters] = argv;
  const bin = join(repository, 'node_modules', '.bin');
  const child = spawn(program, parameters, {
    cwd: repository,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...env },
  });
  const { pid } = child;
  const endGroup = (signal: NodeJS.Signals) => {
    try {
      if (pid !== undefined) process.kill(-pid, signal);
    } catch {
      // The group is gone already, which is what was wanted.
    }
  };
  const interrupted = () => {
    endGroup('SIGTERM');
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  return new Promise<Ended>((resolve) => {
    let late = false;
    let kill: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => {
      late = true;
      endGroup('SIGTERM');
      // Time to remove machines; then no more.
      kill = setTimeout(() => {
        endGroup('SIGKILL');
      }, 20_000);
    }, limitMinutes * 60_000);
    const finish = (ended: Ended) => {
      clearTimeout(limit);
      clearTimeout(kill);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      // What a crashed suite left running in its group goes with it.
      endGroup('SIGKILL');
      resolve(late ? `not at its end after ${limitMinutes} minutes` : ended);
    };
    child.once('error', (error) => {
      finish(error.message);
    });
    child.once('exit', (code, signal) => {
      finish(code === 0 ? undefined : `ended with ${signal ?? String(code)}`);
    });
  });
}

function checkResults(suite: Suite, ended: Ended): SuiteResults {
  return ended === undefined ? { passed: 1, failed: 0, skipped: 0, failures: [] } : oneFailure(suite, ended);
}

function testResults(suite: Suite, ended: Ended, file: string): SuiteResults {
  if (!existsSync(file)) return oneFailure(suite, ended ?? 'ended without results');
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const results = v.parse(suiteResults, read);
  if (results.passed + results.failed === 0) return oneFailure(suite, 'no test was run');
  if (ended !== undefined && results.failed === 0) {
    return { ...results, failed: 1, failures: [{ title: suite.name, message: ended }] };
  }
  return results;
}

const oneFailure = (suite: Suite, message: string): SuiteResults => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  failures: [{ title: suite.name, message }],
});
