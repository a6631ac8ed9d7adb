import type { Client } from 'ssh2';
import { systemClock, type Clock } from '../ports/clock';
import type { Disposable } from '../ports/disposable';
import { silentLogger, type Logger } from '../ports/logger';
import type { Backoff } from '../waiting/backoff';
import { createChannelSlots, type ChannelUse } from './channel-slots';
import { followCommand, runCommand, startCommand } from './exec';
import { openForward } from './forward';
import { createLink, type Link } from './link';
import { createLogin } from './login';
import { openClient } from './open-client';
import { readWholeFile, withSftp, writeWholeFile } from './sftp';
import { openShell } from './shell';
import type { HostKeyCheck, SshAddress, SshConnection, SshIdentity } from './types';

/** What a connection needs. Times in milliseconds. */
export interface SshConnectionOptions {
  readonly address: SshAddress;
  readonly identity: SshIdentity;
  /** Asked for the host and for its jump host. */
  readonly checkHostKey: HostKeyCheck;
  /** Types of the host keys known for a place (`ssh-ed25519`): the server is asked for one of these first. */
  readonly knownHostKeyTypes?: (where: { host: string; port: number }) => Promise<readonly string[]>;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** A link that is silent for `keepAliveMs` × `keepAliveTries` is given up. Default 5,000 × 3. */
  readonly keepAliveMs?: number;
  readonly keepAliveTries?: number;
  /** For one handshake and login; default 15,000. */
  readonly attemptLimitMs?: number;
  readonly backoff?: Backoff;
}

/** sshd's MaxSessions is 10 (sshd_config(5)); two are left to others and to what is just closing. */
const sessionChannels = 8;
const defaultBackoff: Backoff = { firstMs: 500, factor: 2, maxMs: 15_000, jitter: 0.3 };

/** Creates the one shared connection to a host; nothing is sent before its first use. */
export function createSshConnection(options: SshConnectionOptions): SshConnection {
  const { address } = options;
  const jump = address.jump ? createJumpLink(options, address.jump) : undefined;
  const link = linkTo(options, address, options.identity, jump);
  const slots = createChannelSlots(sessionChannels);
  const { host } = address;

  /** Waits for a free channel, then for the link, and gives the channel back when `work` is over. */
  async function withSession<T>(
    use: ChannelUse,
    signal: AbortSignal | undefined,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const slot = await slots.acquire(use, signal);
    try {
      return await work(await link.client({ signal }));
    } finally {
      slot.dispose();
    }
  }

  /** Like `withSession`, for what outlives the call: `work` gets the slot and must dispose of it. */
  async function withLongSession<T>(
    use: ChannelUse,
    signal: AbortSignal | undefined,
    work: (client: Client, slot: Disposable) => Promise<T>,
  ): Promise<T> {
    const slot = await slots.acquire(use, signal);
    try {
      return await work(await link.client({ signal }), slot);
    } catch (error) {
      slot.dispose();
      throw error;
    }
  }

  return {
    get state() {
      return link.state;
    },
    onState: link.onState,
    connect: async (wait) => {
      await link.client(wait);
    },
    exec: (command, run = {}) =>
      withSession('command', run.signal, async (client) =>
        runCommand(client, await startCommand(client, command, host), host, run),
      ),
    stream: (command, { signal } = {}) =>
      withLongSession('command', signal, async (client, slot) => {
        const output = followCommand(client, await startCommand(client, command, host), host, signal);
        output.done.then(
          () => slot.dispose(),
          () => slot.dispose(),
        );
        return output;
      }),
    writeFile: (path, content, mode) =>
      withSession('command', undefined, (client) =>
        withSftp(client, host, (sftp) => writeWholeFile(sftp, path, Buffer.from(content), mode)),
      ),
    readFile: (path) =>
      withSession('command', undefined, (client) =>
        withSftp(client, host, (sftp) => readWholeFile(sftp, path)),
      ),
    shell: (size) =>
      withLongSession('shell', undefined, (client, slot) =>
        openShell(client, host, size, () => slot.dispose()),
      ),
    forward: async (remoteHost, port, wait) => openForward(await link.client(wait), host, remoteHost, port),
    hold: () => link.hold(),
    nudge: () => {
      jump?.nudge();
      link.nudge();
    },
    dispose: () => {
      link.dispose();
      jump?.dispose();
    },
  };
}

function createJumpLink(options: SshConnectionOptions, jump: NonNullable<SshAddress['jump']>): Link {
  return linkTo(options, jump, jump.identity, jump.jump ? createJumpLink(options, jump.jump) : undefined);
}

function linkTo(
  options: SshConnectionOptions,
  { host, port, user }: SshAddress,
  identity: SshIdentity,
  jump: Link | undefined,
): Link {
  const { attemptLimitMs = 15_000, keepAliveMs = 5_000, keepAliveTries = 3 } = options;
  const login = createLogin(identity, user);
  return createLink({
    host,
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    backoff: options.backoff ?? defaultBackoff,
    open: async (signal) =>
      openClient({
        host,
        port,
        user,
        login,
        checkHostKey: options.checkHostKey,
        knownHostKeyTypes: (await options.knownHostKeyTypes?.({ host, port })) ?? [],
        through:
          jump &&
          (await openForward(await jump.client({ signal, limitMs: attemptLimitMs }), host, host, port)),
        limitMs: attemptLimitMs,
        keepAliveMs,
        keepAliveTries,
        signal,
      }),
  });
}
