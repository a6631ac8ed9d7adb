import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import { resultsFileVariable } from './results';
import type { SuiteResults } from './results';

/**
 * mocha's spec reporter, which besides writes the counts to the file that
 * `OCI_GPU_LAB_TEST_RESULTS` names. A run that crashes leaves no file, and so counts as failed.
 */
export default class SpecAndCounts extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const results: SuiteResults = { passed: 0, failed: 0, skipped: 0, failures: [] };
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;
    runner.on(EVENT_TEST_PASS, () => (results.passed += 1));
    runner.on(EVENT_TEST_PENDING, () => (results.skipped += 1));
    runner.on(EVENT_TEST_FAIL, (test, error: unknown) => {
      results.failed += 1;
      results.failures.push({
        title: test.titlePath().join(' › '),
        message: error instanceof Error ? error.message : String(error),
      });
    });
    runner.on(EVENT_RUN_END, () => {
      const file = process.env[resultsFileVariable];
      if (file) writeFileSync(file, JSON.stringify(results));
    });
  }
}
