import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import type { Exchange } from '../sandbox/cloud/exchanges';
import { runProgram } from '../sandbox/machines/docker';

const script = join(import.meta.dirname, 'python/decode_strictly.py');

/**
 * Holds exchanges against the models of OCI's own Python SDK: unknown operations and fields, wrong types.
 * @returns a complaint a line, each beginning with the number of its exchange, from 1
 * @throws when the decoding itself fails
 */
export async function decodeStrictly(exchanges: readonly Exchange[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'oci-strict-'));
  try {
    const file = join(folder, 'exchanges.jsonl');
    await writeFile(file, exchanges.map((exchange) => JSON.stringify(exchange)).join('\n'));
    const { stdout, stderr } = await runProgram(pythonOf('oci'), [script, file]);
    const lines = stdout.trim().split('\n');
    const end = lines.pop() ?? '';
    if (end !== `${exchanges.length} exchanges, ${lines.length} complaints`) throw new Error(stderr || end);
    return lines;
  } finally {
    await rm(folder, { recursive: true });
  }
}
