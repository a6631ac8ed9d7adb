import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/ports/clock';
import { openLabBed } from '../journey/lab-bed';
import { doMainJob, sandboxJob } from '../journey/main-job';
import { startEditor, type RunningEditor } from '../sandbox/editor/start-editor';
import { writeEmptyExtension } from './empty-extension';
import { median, type Bench, type Figure } from './figure';
import { extensionHostOf, memoryOf, type ProcessMemory } from './process-memory';

/** Long enough for what was begun to end, and for the garbage of the start to be collected. */
const quietMs = 15_000;
/** What the window showed when the main job failed. */
const pictures = join(import.meta.dirname, '../../out/memory');

/** The extension host's memory at three moments. */
interface Round {
  /** An editor with an extension that does nothing instead of ours. */
  readonly empty: ProcessMemory;
  /** Ours is active, and there is no instance. */
  readonly idle: ProcessMemory;
  /** The same process with a ready instance: its tunnel is up, and a notebook has run. */
  readonly ready: ProcessMemory;
}

/** Memory of the extension host with a ready instance of the sandbox, against the same editor without our extension. */
export const memory: Bench = {
  name: 'memory',
  run: async (rounds) => {
    const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-memory-'));
    try {
      const measured: Round[] = [];
      for (let round = 0; round < rounds; round++) {
        measured.push({ empty: await emptyMemory(folder), ...(await ourMemory()) });
      }
      return [...figures('resident', measured), ...figures('private', measured)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function figures(kind: keyof ProcessMemory, rounds: readonly Round[]): readonly Figure[] {
  const of = (moment: keyof Round): number => median(rounds.map((round) => round[moment][kind]));
  const added = (from: keyof Round): number =>
    median(rounds.map((round) => round.ready[kind] - round[from][kind]));
  const name = `Extension host with a ready instance, ${kind}`;
  const peer = { name: 'an empty extension', value: of('empty') };
  return [
    { name, unit: 'MB', ours: of('ready'), peer },
    { name: `${name}: more than with an empty extension`, unit: 'MB', ours: added('empty') },
    { name: `${name}: more than without an instance`, unit: 'MB', ours: added('idle') },
  ];
}

async function emptyMemory(folder: string): Promise<ProcessMemory> {
  const extensionDir = writeEmptyExtension(join(folder, 'empty'), ['onStartupFinished']);
  const editor = await startEditor({ extensionDir });
  try {
    return await quietMemory(editor);
  } finally {
    await editor.close();
  }
}

async function ourMemory(): Promise<Pick<Round, 'idle' | 'ready'>> {
  const bed = await openLabBed({ cpuPackages: true });
  try {
    const job = sandboxJob(bed, { shape: 'VM.Standard2.2', way: 'native', pictures });
    let idle: ProcessMemory | undefined;
    for await (const { title } of doMainJob(bed, job)) {
      if (title === 'Open the view') idle = await quietMemory(bed.editor);
      if (title === 'Check the GPUs' && idle) return { idle, ready: await quietMemory(bed.editor) };
    }
    throw new Error('The job ended before a notebook had run.');
  } finally {
    await bed.close();
  }
}

async function quietMemory({ serverPid }: RunningEditor): Promise<ProcessMemory> {
  await systemClock.sleep(quietMs);
  return memoryOf(extensionHostOf(serverPid));
}
