import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { InstanceRecord } from '../instances/record';
import { commandLine } from '../ssh/quote';
import { identityOf } from './access';
import { keptKeyFile } from './kept-keys';
import type { LabDeps } from './lab-deps';

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
  return commandLine([
    'ssh',
    ...(keyFile === undefined ? [] : ['-i', keyFile]),
    ...(port === 22 ? [] : ['-p', String(port)]),
    ...(jump ? ['-J', `${jump.user}@${jump.host}:${String(jump.port)}`] : []),
    `${user}@${host}`,
  ]);
}

async function writtenKey(deps: LabDeps, record: InstanceRecord): Promise<string> {
  const identity = await identityOf(record.ssh.key, deps);
  if (identity.kind !== 'key') throw new Error('Only a key can be written to a file.');
  const path = keptKeyFile(deps.storageDir, record.id);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, identity.privateKeyPem, { mode: 0o600 });
  return path;
}
