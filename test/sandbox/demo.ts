import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setupWays } from '../../src/ports/setup-way';
import { openLabBed } from '../journey/lab-bed';
import { doMainJob } from '../journey/main-job';

/**
 * `npm run demo`: the main job in the real editor against the sandbox, each step printed with its time.
 * `--open` leaves the editor running and prints its address; `--shape NAME` launches another shape,
 * `--way dockerHub` or `--way ngc` sets it up with a container.
 */
const { values } = parseArgs({
  options: {
    open: { type: 'boolean', default: false },
    way: { type: 'string', default: 'native' },
    shape: { type: 'string', default: 'VM.Standard2.2' },
    pictures: { type: 'string', default: join(import.meta.dirname, '../../media/screenshots') },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

mkdirSync(values.pictures, { recursive: true });
say('Simulated here: the OCI control plane and nvidia-smi. Real: everything else. See the README.');
const started = performance.now();
const way = setupWays.find((known) => known === values.way);
if (way === undefined) throw new Error(`--way is one of ${setupWays.join(', ')}.`);
const bed = await openLabBed({ timeScale: 0.2, cpuPackages: true, registries: way !== 'native' });
say(`Sandbox and editor are up (${seconds((performance.now() - started) / 1000)}).`);

if (values.open) {
  say(`The editor is at ${bed.editor.url}`);
  say('Ctrl-C ends it and removes everything.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await bed.close();
} else {
  try {
    for await (const step of doMainJob(bed, { shape: values.shape, way, pictures: values.pictures })) {
      say(`✔ ${step.title} (${seconds(step.seconds)}): ${step.seen}`);
    }
    say(`Done in ${seconds((performance.now() - started) / 1000)}. Pictures: ${values.pictures}`);
  } catch (error) {
    say(`✘ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    await bed.close();
  }
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
