import { existsSync, readdirSync } from 'node:fs';

/** One line of the table that `npm test` prints. */
export interface Suite {
  readonly name: string;
  /** What is run, in the repository's root. */
  readonly argv: readonly string[];
  /**
   * `tests`: writes its counts by our mocha reporter (see reporter.ts).
   * `check`: passes or fails as one.
   */
  readonly kind: 'tests' | 'check';
  /** Minutes after which the suite is ended and counts as failed. */
  readonly limitMinutes: number;
  /** Suites of one phase run side by side: those that need little and share nothing. */
  readonly phase: number;
  /** Boots machines: it is given the one Docker engine of the run. */
  readonly machines?: true;
}

const mochaOptions = ['--reporter', './test/running/reporter.ts', '--timeout', '60000'];
const mocha = (files: string) => ['mocha', '--import=tsx', '--recursive', ...mochaOptions, files];

/**
 * In the order in which they run: what is quick and says most goes first. The three last share the
 * machine's two cores and Docker engine, so they run one after the other.
 */
const all: readonly Suite[] = [
  {
    name: 'unit',
    argv: ['node', 'scripts/unit-tests.mjs', '--import=tsx', ...mochaOptions],
    kind: 'tests',
    limitMinutes: 2,
    phase: 1,
  },
  { name: 'build', argv: ['node', 'esbuild.mjs', '--production'], kind: 'check', limitMinutes: 2, phase: 2 },
  { name: 'typecheck', argv: ['tsc', '-p', '.'], kind: 'check', limitMinutes: 3, phase: 3 },
  {
    name: 'package',
    argv: ['node', 'scripts/package.mjs', 'out/oci-gpu-lab.vsix'],
    kind: 'check',
    limitMinutes: 2,
    phase: 3,
  },
  { name: 'lint', argv: ['node', 'scripts/lint.mjs'], kind: 'check', limitMinutes: 4, phase: 3 },
  {
    name: 'cloud',
    argv: mocha('test/cloud/**/*.test.ts'),
    kind: 'tests',
    limitMinutes: 5,
    phase: 4,
    machines: true,
  },
  {
    name: 'instance',
    argv: mocha('test/instance/**/*.test.ts'),
    kind: 'tests',
    // The first run downloads the CUDA build.
    limitMinutes: 25,
    phase: 5,
    machines: true,
  },
  { name: 'editor', argv: ['tsx', 'test/editor.ts'], kind: 'tests', limitMinutes: 5, phase: 6 },
  {
    name: 'journey',
    argv: mocha('test/journey/**/*.test.ts'),
    kind: 'tests',
    limitMinutes: 20,
    phase: 7,
    machines: true,
  },
];

/** The suites that there are: all, without the journey's while it has no test file. */
export const suites = all.filter(({ name }) => name !== 'journey' || hasTests('test/journey'));

function hasTests(folder: string): boolean {
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => file.endsWith('.test.ts'))
  );
}
