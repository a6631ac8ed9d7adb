import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { activationBytes } from '../../scripts/activation-size.mjs';
import { compileSuite } from '../sandbox/editor/compile-suite';
import { runSuite } from '../sandbox/editor/run-suite';
import { writeEmptyExtension } from './empty-extension';
import { median, type Bench } from './figure';

const repository = join(import.meta.dirname, '../..');
/** Written by the suite in the extension host: milliseconds. */
const times = v.object({ ours: v.number(), empty: v.number() });

/** The size of what activation loads, and how long it takes in the real extension host: a fresh editor each time. */
export const activation: Bench = {
  name: 'activation',
  run: async (rounds) => {
    const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-activation-'));
    try {
      const built = await buildApart(join(folder, 'built'));
      const meta: unknown = JSON.parse(readFileSync(join(built, 'dist/meta.json'), 'utf8'));
      const empty = writeEmptyExtension(join(folder, 'empty'), []);
      const suite = await compileSuite(repository, 'test/bench/activation');
      const measured: v.InferOutput<typeof times>[] = [];
      for (let round = 0; round < rounds; round++) {
        const out = join(folder, `times-${round}.json`);
        // Who comes first pays for what the host itself has not done before, so they take turns.
        const env = {
          OCI_GPU_LAB_BENCH_OUT: out,
          OCI_GPU_LAB_BENCH_FIRST: round % 2 === 0 ? 'empty' : 'ours',
        };
        await runSuite({ extensionDir: built, extensions: [empty], suite, env, limitMs: 120_000 });
        measured.push(v.parse(times, JSON.parse(readFileSync(out, 'utf8'))));
      }
      return [
        {
          name: 'Code loaded on activation',
          unit: 'KB',
          ours: activationBytes(meta) / 1024,
          target: { of: 'ours', atMost: 60 },
        },
        {
          name: 'activate() in the extension host',
          unit: 'ms',
          ours: median(measured.map(({ ours }) => ours)),
          peer: { name: 'an empty extension', value: median(measured.map((one) => one.empty)) },
          target: { of: 'difference', atMost: 15 },
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A production build beside the repository's own `dist`, from which an editor may be running. */
async function buildApart(folder: string): Promise<string> {
  mkdirSync(folder);
  for (const name of ['src', 'scripts', 'resources', 'media', 'node_modules', 'tsconfig.json']) {
    symlinkSync(join(repository, name), join(folder, name));
  }
  for (const name of ['package.nls.json', 'esbuild.mjs']) {
    copyFileSync(join(repository, name), join(folder, name));
  }
  const manifest = v.parse(
    v.looseObject({}),
    JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')),
  );
  // Nobody but the suite may start it.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
  await promisify(execFile)(process.execPath, ['esbuild.mjs', '--production'], { cwd: folder }).catch(
    (error: unknown) => {
      // A build that is too large is refused after it has been written; here its size is the result.
      if (!existsSync(join(folder, 'dist/meta.json'))) throw error;
    },
  );
  return folder;
}
