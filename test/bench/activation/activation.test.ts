import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

/** Long enough after the window has opened for the editor's own work to be over. */
const quietMs = 3_000;

describe('activation', () => {
  it('is timed: loading and activate(), ours and that of an empty extension', async () => {
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    const ids = { ours: 'oci-gpu-lab.oci-gpu-lab', empty: 'bench.empty' };
    const first = process.env['OCI_GPU_LAB_BENCH_FIRST'] === 'ours' ? 'ours' : 'empty';
    const times: Record<string, number> = {};
    for (const name of [first, first === 'ours' ? 'empty' : 'ours'] as const) {
      const extension = vscode.extensions.getExtension(ids[name]);
      assert.ok(extension, name);
      assert.equal(extension.isActive, false, `${name} is active before it is timed`);
      const began = performance.now();
      await extension.activate();
      times[name] = performance.now() - began;
    }
    writeFileSync(process.env['OCI_GPU_LAB_BENCH_OUT'] ?? '', JSON.stringify(times));
  });
});
