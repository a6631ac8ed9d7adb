// Bundles the extension: a small entry that is loaded on activation, and a chunk for each room that
// is heavy (the OCI SDK, ssh2, Jupyter), which `await import()` loads on first use.
//   node esbuild.mjs [--production] [--watch]
import { rmSync, writeFileSync } from 'node:fs';
import { build, context } from 'esbuild';
import { activationProblems, describeActivation } from './scripts/activation-size.mjs';
import { dropUnusedBanner } from './scripts/drop-unused-banner.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

// Bundled CommonJS packages expect these three, which ES modules do not have.
const banner = [
  "import{createRequire as __createRequire}from'node:module';",
  'const require=__createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;',
].join('');

/** Tells the editor's problem matcher (.vscode/tasks.json) when a watched build begins and ends. */
const watchMarks = {
  name: 'watch-marks',
  setup(esbuild) {
    esbuild.onStart(() => console.log('[watch] build started'));
    esbuild.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: { extension: 'src/extension.ts' },
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  bundle: true,
  format: 'esm',
  splitting: true,
  platform: 'node',
  target: 'node22',
  external: ['vscode'],
  // ssh2's optional native parts: it works without them, and a .vsix for every platform cannot carry them.
  loader: { '.node': 'empty' },
  banner: { js: banner },
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  legalComments: 'none',
  logLevel: watch ? 'silent' : 'warning',
};

rmSync('dist', { recursive: true, force: true });
if (watch) {
  await (await context({ ...options, plugins: [watchMarks] })).watch();
} else {
  const { metafile } = await build(options);
  // Lines of a source map would no longer fit.
  if (production) dropUnusedBanner(metafile, banner);
  writeFileSync('dist/meta.json', JSON.stringify(metafile));
  const problems = activationProblems(metafile, { checkSize: production });
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(describeActivation(metafile));
}
