// Which system this is, and whether it is one that the sandbox and the editor bed were made for.
import { readFileSync } from 'node:fs';

const supported = { debian: ['12', '13'], ubuntu: ['22.04', '24.04'] };

/** `{ id, version }` of /etc/os-release, or undefined where there is none. */
export function thisSystem() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    const value = (name) =>
      lines
        .find((line) => line.startsWith(`${name}=`))
        ?.slice(name.length + 1)
        .replaceAll('"', '') ?? '';
    return { id: value('ID'), version: value('VERSION_ID') };
  } catch {
    return undefined;
  }
}

/** What is missing for this to work here, as one line; undefined if nothing is. */
export function whatIsMissing({ system, needsRoot, anySystem }) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return `Node 20.19 or newer is needed; this is ${process.versions.node}.`;
  if (anySystem) return undefined;
  const here = system ? `${system.id} ${system.version}` : process.platform;
  if (
    process.platform !== 'linux' ||
    process.arch !== 'x64' ||
    !system ||
    !supported[system.id]?.includes(system.version)
  ) {
    return `Debian 12 or 13, or Ubuntu 22.04 or 24.04, on x86-64 is needed; this is ${here} on ${process.arch}.`;
  }
  if (needsRoot && process.getuid?.() !== 0)
    return 'Root is needed, to install packages and to start machines; run this as root.';
  return undefined;
}
