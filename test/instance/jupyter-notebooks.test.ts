import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import { createNotebookOutputs, openKernelSession } from '../../src/jupyter';
import type { Execution, KernelSession } from '../../src/jupyter';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';
import type { TestJupyter } from './jupyter-server';
import { startJupyter } from './jupyter-server';
import type { OthersNotebook } from './others-notebooks';
import { othersNotebooks } from './others-notebooks';
import type { ShownCell } from './shown-cells';
import { comparable, shownCells } from './shown-cells';

/** Seconds until nbclient interrupts a cell that would run for ever. */
const interruptAfter = 3;

describe("Notebooks of others' test suites show the same as with nbclient", function () {
  this.timeout(120_000);
  let jupyter: TestJupyter;
  let reference: Record<string, ShownCell[]>;

  before(async function () {
    this.timeout(15 * 60_000);
    reference = await runWithNbclient(othersNotebooks.filter(({ skip }) => skip === undefined));
    jupyter = await startJupyter();
    for (const { source } of othersNotebooks) {
      const link = join(jupyter.root, basename(source));
      if (!existsSync(link)) await symlink(source, link);
    }
  });
  after(() => jupyter.stop());

  for (const notebook of othersNotebooks) {
    const { title, skip } = notebook;
    if (skip !== undefined) {
      it.skip(`${title}, which ${skip}`);
      continue;
    }
    it(title, async () => {
      const ours = await runOurselves(jupyter, notebook);
      assert.deepEqual(comparable(ours), comparable(reference[fileOf(notebook)] ?? []));
    });
  }
});

const fileOf = ({ source, path }: OthersNotebook) => join(source, path);

async function runWithNbclient(notebooks: readonly OthersNotebook[]): Promise<Record<string, ShownCell[]>> {
  const script = join(import.meta.dirname, 'run-with-nbclient.py');
  const child = spawn(pythonOf('jupyter'), [script], { stdio: 'pipe' });
  const exit = once(child, 'exit');
  child.stdin.end(
    JSON.stringify(
      notebooks.map((notebook) => ({
        path: fileOf(notebook),
        interruptAfter: notebook.isInterrupted ? interruptAfter : null,
      })),
    ),
  );
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.deepEqual(await exit, [0, null], complaints.slice(-3000));
  const read: unknown = JSON.parse(printed);
  return v.parse(v.record(v.string(), shownCells), read);
}

const sources = v.object({
  cells: v.array(v.object({ cell_type: v.string(), source: v.union([v.string(), v.array(v.string())]) })),
});

/** Runs every code cell in a kernel of the server, as the notebook controller does, but through errors too. */
async function runOurselves(jupyter: TestJupyter, notebook: OthersNotebook): Promise<ShownCell[]> {
  const read: unknown = JSON.parse(await readFile(fileOf(notebook), 'utf8'));
  const { cells } = v.parse(sources, read);
  const code = cells.filter(({ cell_type: type }) => type === 'code');
  // The kernel starts in the notebook's folder.
  const path = join(basename(notebook.source), notebook.path);
  const session = await openKernelSession({
    server: jupyter.server,
    notebook: { path, name: path, clientId: crypto.randomUUID() },
    clock: systemClock,
    logger: silentLogger,
  });
  const outputs = createNotebookOutputs<number>();
  const shown: { count: number | null; toNotebook: () => readonly unknown[] }[] = [];
  try {
    for (const [at, { source }] of code.entries()) {
      const { toNotebook } = outputs.begin(at);
      const cell = { count: null as number | null, toNotebook };
      shown.push(cell);
      const run = session.execute(typeof source === 'string' ? source : source.join(''), {
        onStarted: (count) => {
          cell.count = count;
        },
        onOutput: (event) => void outputs.apply(at, event),
        onInputRequest: () => Promise.resolve(undefined),
      });
      if (notebook.isInterrupted && at === 0) await interruptUntilDone(session, run);
      const { kind } = await run.done;
      assert.ok(kind === 'ok' || kind === 'error', kind);
    }
  } finally {
    await session.shutdown();
  }
  const told = shown.map(({ count, toNotebook }) => ({ execution_count: count, outputs: toNotebook() }));
  return v.parse(shownCells, told);
}

/** Again and again, as a person would: one that comes before the code itself runs is lost in the kernel. */
async function interruptUntilDone(session: KernelSession, run: Execution): Promise<void> {
  const interrupted = async () => {
    if (run.ended) return true;
    await session.interrupt();
    return undefined;
  };
  await until(interrupted, { what: 'the interrupt', limitMs: 60_000, everyMs: 500 });
}
