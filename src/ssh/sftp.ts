import { randomBytes } from 'node:crypto';
import type { Client, SFTPWrapper } from 'ssh2';
import { lostError } from './errors';

type Done = (error?: Error | null) => void;

/** Opens an SFTP session for `work` and closes it again. @throws SshError `lost` when the link drops meanwhile. */
export async function withSftp<T>(
  client: Client,
  host: string,
  work: (sftp: SFTPWrapper) => Promise<T>,
): Promise<T> {
  let lost: () => void = () => undefined;
  const dropped = new Promise<never>((_, reject) => {
    lost = () => reject(lostError('a file transfer', host));
    client.once('close', lost);
  });
  dropped.catch(() => undefined);
  try {
    const sftp = await Promise.race([dropped, openSftp(client)]);
    try {
      return await Promise.race([dropped, work(sftp)]);
    } finally {
      sftp.end();
    }
  } finally {
    client.off('close', lost);
  }
}

/**
 * Writes a whole file under a temporary name beside it, then renames: a reader sees the old file or the new, never half.
 * The mode is set before the content is there, so that a secret is never readable by others, whatever the umask.
 */
export async function writeWholeFile(
  sftp: SFTPWrapper,
  path: string,
  content: Buffer,
  mode: number,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeNewFile(sftp, temporary, content, mode);
    await rename(sftp, temporary, path);
  } catch (error) {
    await settle((done) => sftp.unlink(temporary, done)).catch(() => undefined);
    throw error;
  }
}

/** Reads a whole file. @throws ssh2's SFTP error (`code` 2: no such file) as it is. */
export async function readWholeFile(sftp: SFTPWrapper, path: string): Promise<Buffer> {
  return await new Promise<Buffer>((resolve, reject) => {
    sftp.readFile(path, (error, content) => (error ? reject(error) : resolve(content)));
  });
}

async function writeNewFile(sftp: SFTPWrapper, path: string, content: Buffer, mode: number): Promise<void> {
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open(path, 'wx', { mode: 0o600 }, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  try {
    await settle((done) => sftp.fchmod(handle, mode, done));
    if (content.length > 0) await settle((done) => sftp.write(handle, content, 0, content.length, 0, done));
  } finally {
    await settle((done) => sftp.close(handle, done));
  }
}

/** OpenSSH's extension replaces an existing file; plain SFTP rename refuses to (draft-ietf-secsh-filexfer-02, 6.5). */
async function rename(sftp: SFTPWrapper, from: string, to: string): Promise<void> {
  await settle((done) => sftp.ext_openssh_rename(from, to, done));
}

async function openSftp(client: Client): Promise<SFTPWrapper> {
  return await new Promise<SFTPWrapper>((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });
}

async function settle(call: (done: Done) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    call((error) => (error ? reject(error) : resolve()));
  });
}
