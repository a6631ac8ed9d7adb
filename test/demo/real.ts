import { createInterface } from 'node:readline/promises';
import { openEditorBed } from '../journey/lab-bed';
import type { MainJob } from '../journey/main-job';
import type { Prepared } from './prepared';
import { say } from './say';

/** What the real demo is told. */
export interface RealDemo extends Pick<
  MainJob,
  'shape' | 'way' | 'pictures' | 'compartment' | 'allowSshFrom'
> {
  readonly endpoint?: string | undefined;
}

/**
 * The same journey on Oracle's cloud: it costs money, so the price is asked before anything is launched.
 * @throws when no profile is named, or the NGC way has no key in `NGC_API_KEY`
 */
export async function prepareReal({ endpoint, ...wanted }: RealDemo): Promise<Prepared> {
  const profile = process.env['OCI_CLI_PROFILE'];
  if (profile === undefined)
    throw new Error('Say which profile of your OCI config pays: OCI_CLI_PROFILE=NAME.');
  const ngcKey = process.env['NGC_API_KEY'];
  if (wanted.way === 'ngc' && ngcKey === undefined)
    throw new Error('--way ngc needs an API key in NGC_API_KEY.');
  say(`Everything is real: ${wanted.shape} is launched and billed with the profile ${profile}.`);
  const bed = await openEditorBed({
    'ociGpu.profile': profile,
    'ociGpu.showCpuShapes': true,
    ...(endpoint === undefined ? {} : { 'ociGpu.endpoint': endpoint }),
  });
  let isAgreed = false;
  const agreeTo = async (price: string): Promise<void> => {
    await askOnTerminal(price);
    isAgreed = true;
  };
  return {
    bed,
    // What is still billed there, the tree tells; it shows *terminated* only when the cloud says so.
    job: { ...wanted, ngcKey, agreeTo, owed: () => [] },
    afterFailure: async (interrupted) => {
      if (!isAgreed) return;
      say(
        'The instance may still be running and billed. Terminate it in this editor, or in the OCI console:',
      );
      say(bed.editor.url);
      say('Ctrl-C closes the editor.');
      await interrupted;
    },
  };
}

async function askOnTerminal(price: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${price}. Launch it? (yes/no) `);
    if (answer.trim().toLowerCase() !== 'yes') throw new Error('Nothing was launched.');
  } finally {
    terminal.close();
  }
}
