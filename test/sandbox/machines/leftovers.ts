/** Removes by label what a run made: its own at the end, and that of runs that crashed. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DockerFailed, type Docker } from './docker';

/** The label on everything that a run makes; its value is the run's id, {@link newRunId}. */
export const runLabel = 'oci-gpu-lab';

/** `<pid>-<start of that process>-<random>`: pids come again soon, after a restart of the host at the latest. */
export function newRunId(): string {
  return `${process.pid}-${startOf(process.pid) ?? 'unknown'}-${randomBytes(3).toString('hex')}`;
}

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
  const [pid, start] = runId.split('-');
  return start !== undefined && startOf(Number(pid)) === start;
}

/** When the host booted, and the ticks from then to the process's start; undefined when there is none (proc(5)). */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    // The second field, the program's name, may hold spaces; the start is the 20th after it.
    const ticks = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')
      .at(-1)
      ?.split(' ')[19];
    return ticks === undefined ? undefined : `${boot}.${ticks}`;
  } catch {
    return undefined;
  }
}

async function removeEach(docker: Docker, list: readonly string[], remove: readonly string[]): Promise<void> {
  const ids = (await docker.output(list)).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await docker.output([...remove, ...ids]);
}
