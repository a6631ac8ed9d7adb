import { readdirSync, readFileSync } from 'node:fs';

/** What a process has in memory, in MB of 1,000,000 bytes. */
export interface ProcessMemory {
  /** With the pages that it shares with others, such as the program itself. */
  readonly resident: number;
  /** Its own alone. */
  readonly private: number;
}

/** @throws when the process is gone */
export function memoryOf(pid: number): ProcessMemory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mb = (name: string): number =>
    (Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)?.[1]) * 1024) / 1e6;
  return { resident: mb('Rss'), private: mb('Private_Clean') + mb('Private_Dirty') };
}

/**
 * The extension host of an editor with one window.
 * @param serverPid the editor's server, whose process group it is in
 * @throws when there is not exactly one
 */
export function extensionHostOf(serverPid: number): number {
  const hosts = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isExtensionHost(pid, serverPid));
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) throw new Error(`${hosts.length} extension hosts run.`);
  return host;
}

function isExtensionHost(pid: number, group: number): boolean {
  try {
    // After the name in parentheses: state, parent, group (proc_pid_stat(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const groupOf = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    return groupOf === group && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=extensionHost');
  } catch {
    // It ended meanwhile.
    return false;
  }
}
