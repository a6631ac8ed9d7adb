import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { InstanceRecord } from '../../instances/record';
import { commandLine, windowsCommandLine } from '../../ssh/quote';
import { identityOf } from './access';
import { keptKeyFile } from './kept-keys';
import type { JumpHost } from '../lab';
import type { LabDeps } from '../lab-deps';

/**
 * `ssh -i … user@host`, as the person would type it. A generated key is written (0600) into the storage
 * folder for it, because only here is a file needed.
 * @throws SshError when the key cannot be had
 */
export async function sshCommand({
  deps,
  record,
}: {
  deps: LabDeps;
  record: InstanceRecord;
}): Promise<string> {
  const { host, port, user, key, jump } = record.ssh;
  if (host === undefined) throw new Error(`${record.name} has no address yet.`);
  const keyFile =
    key?.kind === 'file' ? key.path : key?.kind === 'secret' ? await writtenKey(deps, record) : undefined;
  return sshLine({ host, port, user, keyFile, jump }, process.platform);
}

/** Whom to log in as, where, and with which key: the ssh program's own where none is named. */
export interface SshTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly keyFile: string | undefined;
  readonly jump: JumpHost | undefined;
}

/** The command as a person pastes it into a shell of this platform. */
export function sshLine({ host, port, user, keyFile, jump }: SshTarget, platform: NodeJS.Platform): string {
  const line = platform === 'win32' ? windowsCommandLine : commandLine;
  const withPort = (number: number): string[] => (number === 22 ? [] : ['-p', String(number)]);
  const through = (): string[] => {
    if (!jump) return [];
    if (keyFile === undefined) return ['-J', `${jump.user}@${inBrackets(jump.host)}:${String(jump.port)}`];
    // `-i` counts for the last host alone, so that -J would knock at the jump host without the key.
    const login = [...withPort(jump.port), `${jump.user}@${jump.host}`];
    const proxy = ['ssh', '-i', keyFile.replaceAll('%', '%%'), '-W', '[%h]:%p', ...login];
    return ['-o', `ProxyCommand=${line(proxy)}`];
  };
  const key = keyFile === undefined ? [] : ['-i', keyFile];
  return line(['ssh', ...key, ...withPort(port), ...through(), `${user}@${host}`]);
}

function inBrackets(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function writtenKey(deps: LabDeps, record: InstanceRecord): Promise<string> {
  const identity = await identityOf(record.ssh.key, deps);
  if (identity.kind !== 'key') throw new Error('Only a key can be written to a file.');
  const path = keptKeyFile(deps.storageDir, record.id);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, identity.privateKeyPem, { mode: 0o600 });
  return path;
}
