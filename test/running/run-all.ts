import { runSuiteProcess } from './run-suite-process';
import type { SuiteOutcome } from './run-suite-process';
import type { Suite } from './suites';

export interface RunOptions {
  readonly repository: string;
  readonly suites: readonly Suite[];
  /** Names of the suites to run; all if empty. */
  readonly only: readonly string[];
  /** Opens the Docker engine of the run; asked for once, and only when a chosen suite boots machines. */
  readonly openEngine: () => Promise<SuiteEngine>;
}

/** The Docker engine that the suites share: two engines cannot work on one data folder. */
export interface SuiteEngine {
  /** `unix://…`; undefined for the one that the environment names already. */
  readonly host: string | undefined;
  /** Removes what a crashed suite left behind, and ends the engine if the run started it. */
  close(): Promise<void>;
}

/** Runs the suites phase by phase and prints what came of them. @returns the exit code */
export async function runAll({ repository, suites, only, openEngine }: RunOptions): Promise<number> {
  const unknown = only.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`No suite ${unknown.join(', ')}; there are: ${suites.map(({ name }) => name).join(', ')}.`);
    return 64;
  }
  const chosen = suites.filter(({ name }) => only.length === 0 || only.includes(name));
  const outcomes: SuiteOutcome[] = [];
  let interrupted = false;
  const onInterrupt = () => (interrupted = true);
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  const engine = chosen.some(({ machines }) => machines) ? await openEngine() : undefined;
  const env = engine?.host === undefined ? {} : { DOCKER_HOST: engine.host };
  try {
    for (const phase of [...new Set(chosen.map((suite) => suite.phase))]) {
      if (wasInterrupted()) break;
      const together = chosen.filter((suite) => suite.phase === phase);
      console.log(`\n── ${together.map(({ name }) => name).join(', ')}`);
      outcomes.push(...(await Promise.all(together.map((suite) => runSuiteProcess(repository, suite, env)))));
    }
  } finally {
    await engine?.close();
  }
  printFailures(outcomes);
  printTable(outcomes);
  const passed = sum(outcomes.map(({ results }) => results.passed));
  const failed = sum(outcomes.map(({ results }) => results.failed)) + (wasInterrupted() ? 1 : 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;

  function wasInterrupted(): boolean {
    return interrupted;
  }
}

function printFailures(outcomes: readonly SuiteOutcome[]): void {
  for (const { name, results } of outcomes) {
    for (const { title, message } of results.failures) {
      console.log(`\n✘ ${name}: ${title}\n    ${message.split('\n').slice(0, 5).join('\n    ')}`);
    }
  }
}

function printTable(outcomes: readonly SuiteOutcome[]): void {
  const width = Math.max(5, ...outcomes.map(({ name }) => name.length));
  const line = (name: string, ...cells: readonly string[]) =>
    console.log(`${name.padEnd(width)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  console.log('');
  line('suite', 'passed', 'failed', 'skipped', 'seconds');
  for (const { name, seconds, results } of outcomes) {
    const counts = [results.passed, results.failed, results.skipped].map(String);
    line(name, ...counts, seconds.toFixed(1));
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
