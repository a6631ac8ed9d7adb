// Packs the built extension into a .vsix and looks into it: it holds what a person who installs it needs, and no more.
//   node scripts/package.mjs [FILE]     oci-gpu-lab.vsix if not given
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const out = process.argv[2] ?? 'oci-gpu-lab.vsix';
const { main, icon } = JSON.parse(readFileSync('package.json', 'utf8'));

const needed = [main, icon, 'package.json', 'package.nls.json', ...filesIn('resources'), ...filesIn('media')]
  .map((file) => file.replace(/^\.\//, ''))
  .sort();
const unwanted =
  /(^|\/)(node_modules|src|test|scripts|__pycache__)\/|\.(map|ts|mts|vsix|log)$|(^|\/)meta\.json$/;

mkdirSync(dirname(out), { recursive: true });
const flags = ['--no-dependencies', '--no-rewrite-relative-links', '--allow-missing-repository'];
const { status } = spawnSync('npx', ['--no-install', 'vsce', 'package', ...flags, '--out', out], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
if (status !== 0) process.exit(1);

const packed = namesInZip(readFileSync(out)).map((name) => name.replace(/^extension\//, ''));
const problems = [
  ...needed.filter((file) => !packed.includes(file)).map((file) => `${file} is missing`),
  ...packed.filter((file) => unwanted.test(file)).map((file) => `${file} does not belong in it`),
];
for (const problem of problems) console.error(`${out}: ${problem}.`);
if (problems.length > 0) process.exit(1);
console.log(`${out}: ${packed.length} files, all of resources and media among them.`);

function filesIn(folder) {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      // What Python keeps beside a script that was run.
      .filter((path) => !path.includes('__pycache__'))
  );
}

/** The names in a zip file's central directory, whose place its last 22 bytes tell. */
function namesInZip(zip) {
  const end = zip.length - 22;
  const count = zip.readUInt16LE(end + 10);
  const names = [];
  for (let at = zip.readUInt32LE(end + 16); names.length < count;) {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
