#!/usr/bin/env node
// Makes a fresh machine ready for one purpose, and is quick when it already is:
//   node scripts/prepare.mjs <node|sandbox|editor|editor-floor|demo|test|bench>
// Plain Node without dependencies, because it runs before `npm ci`. It asks nothing, says first what
// it is going to install, and installs only what is missing. It speaks on standard error, because
// the output that follows may be read by a program (`npm run sandbox`).
import { cacheDir } from './prepare/editor-cache.mjs';
import { withLock } from './prepare/lock.mjs';
import { purposes } from './prepare/needs.mjs';
import { runLogged } from './prepare/run-logged.mjs';
import { thisSystem, whatIsMissing } from './prepare/system.mjs';

async function prepare(purposeName) {
  const purpose = purposes[purposeName];
  if (!purpose) return stop(`usage: node scripts/prepare.mjs <${Object.keys(purposes).join('|')}>`, 64);
  const system = thisSystem();
  const missing = () =>
    system || purpose.anySystem ? unique(purpose.needs(system)).filter((need) => !need.present()) : [];
  const needsRoot = purpose.machines || missing().some((need) => need.aptPackage);
  const problem = whatIsMissing({ system, needsRoot, anySystem: purpose.anySystem === true });
  if (problem) return stop(problem, 78);
  if (missing().length === 0) return;
  const waiting = () => console.error('Another preparation is running; waiting for it …');
  await withLock(cacheDir(), waiting, () => install(missing()));
}

const unique = (needs) => [...new Map(needs.map((need) => [need.title, need])).values()];

/** System packages go first and in one run: what follows is built with them. */
async function install(needs) {
  if (needs.length === 0) return;
  console.error(`Going to install (cache: ${cacheDir()}):`);
  for (const { title } of needs) console.error(`  - ${title}`);
  const packages = needs.flatMap((need) => need.aptPackage ?? []);
  if (packages.length > 0) await timed(`apt: ${packages.join(', ')}`, () => aptInstall(packages));
  for (const need of needs) {
    if (need.install) await timed(need.title, need.install);
  }
}

async function timed(title, work) {
  const start = Date.now();
  await work();
  console.error(`  ✓ ${title}: ${Math.round((Date.now() - start) / 1000)} s`);
}

async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=600', '-o', 'Acquire::Retries=3'];
  await runLogged('apt-update', ['apt-get', ...options, 'update'], { env });
  await runLogged(
    'apt-install',
    ['apt-get', ...options, 'install', '-y', '--no-install-recommends', ...packages],
    { env },
  );
}

function stop(line, code) {
  console.error(line);
  process.exitCode = code;
}

try {
  await prepare(process.argv[2] ?? '');
} catch (error) {
  stop(`Preparation failed: ${error instanceof Error ? error.message : String(error)}`, 70);
}
