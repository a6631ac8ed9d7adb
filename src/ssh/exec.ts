import { StringDecoder } from 'node:string_decoder';
import { PassThrough, type Readable } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { TimeLimitReached } from '../waiting/until';
import { lostError } from './errors';
import { sendSignal } from './channel-signal';
import type { ExecOptions, ExecResult } from './types';

const defaultLimitMs = 60_000;
const defaultMaxOutputBytes = 4 * 1024 * 1024;

/** Opens a session channel and starts `command` by the login shell. @throws Error when the server refuses. */
export async function startCommand(client: Client, command: string, host: string): Promise<ClientChannel> {
  return await new Promise<ClientChannel>((resolve, reject) => {
    const lost = () => reject(lostError('a command', host));
    client.once('close', lost);
    client.exec(command, (error, channel) => {
      client.off('close', lost);
      if (error) reject(error);
      else resolve(channel);
    });
  });
}

/**
 * Runs a started command to its end.
 * @throws SshError `lost` when the link dropped; TimeLimitReached; the signal's reason when aborted.
 */
export async function runCommand(
  client: Client,
  channel: ClientChannel,
  host: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const stdout = collect(channel, options, 'stdout');
  const stderr = collect(channel.stderr, options, 'stderr');
  const exit = waitForExit(client, channel, host, options.signal, options.limitMs ?? defaultLimitMs);
  channel.end(options.stdin);
  const { code, signal } = await exit;
  return { code, ...(signal === undefined ? {} : { signal }), stdout: stdout(), stderr: stderr() };
}

/** A command whose stdout is read as it comes; a slow reader holds the sender back. */
export function followCommand(
  client: Client,
  channel: ClientChannel,
  host: string,
  signal: AbortSignal | undefined,
): Readable & { readonly done: Promise<ExecResult> } {
  const output = new PassThrough();
  const stderr = collect(channel.stderr, {}, 'stderr');
  const done = waitForExit(client, channel, host, signal, undefined).then((exit): ExecResult => ({
    code: exit.code,
    ...(exit.signal === undefined ? {} : { signal: exit.signal }),
    stdout: '',
    stderr: stderr(),
  }));
  channel.pipe(output);
  // A reader that gives up early ends the command as well.
  output.once('close', () => {
    if (!output.readableEnded) endCommand(client, channel);
  });
  done.catch((error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  channel.end();
  return Object.assign(output, { done });
}

interface Exit {
  readonly code: number | null;
  readonly signal: string | undefined;
}

async function waitForExit(
  client: Client,
  channel: ClientChannel,
  host: string,
  signal: AbortSignal | undefined,
  limitMs: number | undefined,
): Promise<Exit> {
  return await new Promise<Exit>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      client.off('close', lost);
      settle();
    };
    const giveUp = (reason: unknown) => {
      end(() => reject(reason instanceof Error ? reason : new Error('Cancelled', { cause: reason })));
      endCommand(client, channel);
    };
    const abort = () => giveUp(signal?.reason);
    const lost = () => end(() => reject(lostError('a command', host)));
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => giveUp(new TimeLimitReached(`A command on ${host}`, limitMs)), limitMs);

    // sshd always says how a command ended (RFC 4254, 6.10); a channel that closes without it was cut off.
    // Read at the close: a quick command's `exit` can come in one packet with its start, before anyone listens.
    channel.once('close', (code: number | null | undefined, name?: string) => {
      if (code === undefined) lost();
      else end(() => resolve({ code, signal: name }));
    });
    channel.on('error', (error: unknown) => end(() => reject(lostError('a command', host, error))));
    client.once('close', lost);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Closing the channel alone leaves a silent command running; the signal reaches it (RFC 4254, 6.9). */
function endCommand(client: Client, channel: ClientChannel): void {
  sendSignal(client, channel, 'TERM');
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

/** Keeps the first bytes of a stream as text and passes everything on; a cut never leaves half a character. */
function collect(stream: Readable, options: ExecOptions, name: 'stdout' | 'stderr'): () => string {
  const { maxOutputBytes = defaultMaxOutputBytes, onOutput } = options;
  const live = new StringDecoder('utf8');
  const kept: Buffer[] = [];
  let keptBytes = 0;
  stream.on('data', (chunk: Buffer) => {
    const room = maxOutputBytes - keptBytes;
    if (room > 0) {
      kept.push(chunk.subarray(0, room));
      keptBytes += Math.min(room, chunk.length);
    }
    const text = onOutput && live.write(chunk);
    if (onOutput && text) onOutput(text, name);
  });
  return () => new StringDecoder('utf8').write(Buffer.concat(kept));
}
