/** Removes by label what a run made: its own at the end, and that of runs that crashed. */
import { DockerFailed, type Docker } from './docker';

/** The label on everything that a run makes; its value is the run's id, `<pid>-<random>`. */
export const runLabel = 'oci-gpu-lab';

/** Removes the containers with their volumes, and the networks, of one run. */
export async function removeRun(docker: Docker, runId: string): Promise<void> {
  const filter = ['--filter', `label=${runLabel}=${runId}`];
  await removeEach(docker, ['ps', '--all', '--quiet', ...filter], ['rm', '--force', '--volumes']);
  await removeEach(docker, ['network', 'ls', '--quiet', ...filter], ['network', 'rm']);
  await removeEach(docker, ['volume', 'ls', '--quiet', ...filter], ['volume', 'rm', '--force']);
}

/** Removes what runs left behind whose process is gone; gives the ids of those runs. */
export async function removeLeftovers(docker: Docker): Promise<string[]> {
  const format = ['--filter', `label=${runLabel}`, '--format', `{{.Label "${runLabel}"}}`];
  const lists = await Promise.all([
    docker.output(['ps', '--all', ...format]),
    docker.output(['network', 'ls', ...format]),
  ]);
  const runs = new Set(lists.flatMap((list) => list.split('\n')).filter((id) => id !== '' && !isAlive(id)));
  for (const runId of runs) await removeRun(docker, runId).catch(unlessRemovedByAnother);
  return [...runs];
}

/** Two runs that start together find the same leftovers; what one removes, the other need not. */
function unlessRemovedByAnother(error: unknown): void {
  const isBeingRemoved =
    error instanceof DockerFailed &&
    /already in progress|no such|not found|active endpoints/i.test(error.message);
  if (!isBeingRemoved) throw error;
}

function isAlive(runId: string): boolean {
  const pid = Number.parseInt(runId, 10);
  if (!Number.isInteger(pid)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function removeEach(docker: Docker, list: readonly string[], remove: readonly string[]): Promise<void> {
  const ids = (await docker.output(list)).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await docker.output([...remove, ...ids]);
}
