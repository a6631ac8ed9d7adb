import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setupWays } from '../../src/ports/setup-way';
import { doMainJob } from '../journey/main-job';
import { interruption } from './interruption';
import { prepareReal } from './real';
import { prepareSandbox } from './sandboxed';
import { say, seconds } from './say';

/**
 * `npm run demo`: the main job in the real editor, each step printed with its time and what was seen.
 * `--open` leaves the editor running and prints its address; `--shape NAME` launches another shape,
 * `--way dockerHub` or `--way ngc` sets it up with a container. `--real`: on Oracle's cloud, with the profile that
 * `OCI_CLI_PROFILE` names; the price is asked first.
 */
const { values } = parseArgs({
  options: {
    open: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    way: { type: 'string', default: 'native' },
    shape: { type: 'string', default: 'VM.Standard2.2' },
    pictures: { type: 'string', default: join(import.meta.dirname, '../../media/screenshots') },
    /** With `--real`: where to launch, and from where SSH is let in (looked up if not given). */
    compartment: { type: 'string' },
    'allow-ssh-from': { type: 'string' },
    /** With `--real`: another address for the OCI API, such as a private proxy's or a sandbox's. */
    endpoint: { type: 'string' },
  },
});
const way = setupWays.find((known) => known === values.way);
if (way === undefined) throw new Error(`--way is one of ${setupWays.join(', ')}.`);
mkdirSync(values.pictures, { recursive: true });

const interrupted = interruption();
const started = performance.now();
const elapsed = () => seconds((performance.now() - started) / 1000);
const wanted = { shape: values.shape, way, pictures: values.pictures };
// What is being started when Ctrl-C comes is ended once it can be.
const preparing = values.real
  ? prepareReal({
      ...wanted,
      compartment: values.compartment,
      allowSshFrom: values['allow-ssh-from'],
      endpoint: values.endpoint,
    })
  : prepareSandbox(wanted);
const { bed, job, afterFailure } = await preparing;
try {
  interrupted.throwIfNow();
  say(`Ready to begin (${elapsed()}).`);
  if (values.open) {
    say(`The editor is at ${bed.editor.url}`);
    say('Ctrl-C ends it and removes everything.');
    await interrupted.happens;
  } else {
    const steps = doMainJob(bed, job);
    for (;;) {
      const next = await Promise.race([steps.next(), interrupted.fails]);
      if (next.done) break;
      say(`✔ ${next.value.title} (${seconds(next.value.seconds)}): ${next.value.seen}`);
    }
    say(`Done in ${elapsed()}. Pictures: ${values.pictures}`);
  }
} catch (error) {
  say(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await afterFailure(interrupted.happens);
} finally {
  await bed.close();
}
process.exit();
