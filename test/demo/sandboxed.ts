import { openLabBed } from '../journey/lab-bed';
import { sandboxJob, sandboxSystem, type MainJob } from '../journey/main-job';
import type { Prepared } from './prepared';
import { say } from './say';

/** The demo in the sandbox: costs nothing, needs no account. */
export async function prepareSandbox(wanted: Pick<MainJob, 'shape' | 'way' | 'pictures'>): Promise<Prepared> {
  say('Simulated here: the OCI control plane and nvidia-smi. Real: everything else. See the README.');
  const bed = await openLabBed({
    timeScale: 0.2,
    cpuPackages: true,
    registries: wanted.way !== 'native',
    systems: [sandboxSystem(wanted.shape)],
  });
  // All that a failed run leaves goes with the sandbox.
  return { bed, job: sandboxJob(bed, wanted), afterFailure: () => Promise.resolve() };
}
