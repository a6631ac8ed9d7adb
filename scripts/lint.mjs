// All the style checks, each said by name: eslint (with the room arrows), prettier, and shellcheck of
// the scripts that run on the instance (where shellcheck is installed).
//   node scripts/lint.mjs [FILE…]     without files: everything
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const given = process.argv.slice(2);
const scriptsOnInstance = join('resources', 'setup');

const run = (argv) => spawnSync(argv[0], argv.slice(1), { stdio: 'inherit' });

const checks = [
  ['eslint', ['npx', '--no-install', 'eslint', '--max-warnings', '0', ...(given.length > 0 ? given : ['.'])]],
  [
    'prettier',
    [
      'npx',
      '--no-install',
      'prettier',
      '--check',
      '--log-level',
      'warn',
      ...(given.length > 0 ? given : ['.']),
    ],
  ],
];
const shellScripts = existsSync(scriptsOnInstance)
  ? readdirSync(scriptsOnInstance, { recursive: true })
      .filter((name) => name.endsWith('.sh'))
      .map((name) => join(scriptsOnInstance, name))
  : [];
if (given.length === 0 && shellScripts.length > 0) {
  checks.push([
    'shellcheck',
    [
      'shellcheck',
      '--external-sources',
      '--source-path=SCRIPTDIR',
      `--source-path=${scriptsOnInstance}`,
      ...shellScripts,
    ],
  ]);
}

let failed = 0;
for (const [name, argv] of checks) {
  const { status, error } = run(argv);
  if (name === 'shellcheck' && error?.code === 'ENOENT') {
    console.log('shellcheck: not installed, so the scripts in resources/setup were not checked');
  } else {
    console.log(`${name}: ${status === 0 ? 'ok' : 'failed'}`);
    if (status !== 0) failed += 1;
  }
}
process.exitCode = failed > 0 ? 1 : 0;
