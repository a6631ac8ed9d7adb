import * as v from 'valibot';

/** What a mocha run came to; the shape of the file that the reporter writes. */
export const suiteResults = v.object({
  passed: v.number(),
  failed: v.number(),
  skipped: v.number(),
  failures: v.array(v.object({ title: v.string(), message: v.string() })),
});
export type SuiteResults = v.InferOutput<typeof suiteResults>;

/** The environment variable that names the file for the results. */
export const resultsFileVariable = 'OCI_GPU_LAB_TEST_RESULTS';
