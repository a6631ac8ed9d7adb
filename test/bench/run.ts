import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Bench } from './figure';
import { resultsTable, withResults, type Result } from './results-table';

/**
 * `npm run bench`: every benchmark in order; `npm run bench -- tunnel cell` the named ones;
 * `--rounds 1` for a quick look. Prints a table, and
 * writes it into docs/BENCHMARKS.md. One that fails is said, and the others go on.
 */
const benches: readonly { readonly name: string; readonly load: () => Promise<Bench> }[] = [
  { name: 'activation', load: async () => (await import('./activation.bench')).activation },
  { name: 'launch', load: async () => (await import('./launch.bench')).launch },
  { name: 'tunnel', load: async () => (await import('./tunnel.bench')).tunnel },
  { name: 'cell', load: async () => (await import('./cell.bench')).cell },
  { name: 'memory', load: async () => (await import('./memory.bench')).memory },
  { name: 'setup', load: async () => (await import('./setup.bench')).setup },
];

async function main(): Promise<number> {
  const { values, positionals: wanted } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '5' } },
  });
  const rounds = Number(values.rounds);
  const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    console.error(
      `No benchmark ${unknown.join(', ')}; there are: ${benches.map(({ name }) => name).join(', ')}.`,
    );
    return 64;
  }
  const results: Result[] = [];
  let failures = 0;
  for (const { name, load } of benches) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`── ${name}`);
    const [machineLoad = Number.NaN] = loadavg();
    const day = new Date().toISOString().slice(0, 10);
    try {
      const figures = await (await load()).run(rounds);
      results.push(...figures.map((figure) => ({ ...figure, day, rounds, load: machineLoad })));
    } catch (error) {
      failures++;
      console.error(`${name} failed:`, error);
    }
  }
  console.log(`\n${resultsTable(results)}`);
  const document = fileURLToPath(new URL('../../docs/BENCHMARKS.md', import.meta.url));
  const written = withResults(readFileSync(document, 'utf8'), results);
  const style = await resolveConfig(join(document));
  writeFileSync(document, await format(written, { ...style, parser: 'markdown' }));
  return failures > 0 ? 1 : 0;
}

process.exitCode = await main();
