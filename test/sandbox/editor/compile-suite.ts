import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Compiles every `*.test.ts` under `folder` into one CommonJS file that the extension host runs.
 * `vscode` is the host's; mocha is loaded from node_modules.
 * @param folder relative to the repository, such as `test/editor`
 * @returns absolute path of the compiled entry, under `out/`
 * @throws if there is no test file
 */
export async function compileSuite(repository: string, folder: string): Promise<string> {
  const files = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort();
  if (files.length === 0) throw new Error(`No test file in ${folder}.`);
  const outdir = resolve(repository, 'out', relative('test', folder));
  mkdirSync(outdir, { recursive: true });
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  const host = resolve(repository, 'test/sandbox/editor/suite-host.ts');
  // A lazy `require` for each file: `describe` exists only when mocha has been set up.
  const loads = files.map((file) => `() => require(${JSON.stringify(resolve(repository, folder, file))})`);
  await build({
    stdin: {
      contents: `import { runInExtensionHost } from ${JSON.stringify(host)};
export const run = () => runInExtensionHost([${loads.join(', ')}]);`,
      resolveDir: repository,
      sourcefile: 'suite.ts',
    },
    outfile: join(outdir, 'index.js'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    loader: { '.node': 'empty' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(outdir, 'index.js');
}
