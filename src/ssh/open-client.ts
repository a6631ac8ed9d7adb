import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ssh2, { type AuthHandlerMiddleware, type Client, type ConnectConfig } from 'ssh2';
import { offeredAlgorithms } from './algorithms';
import { SshError, silenceError } from './errors';
import { gatherWrites } from './gather-writes';
import { hostKeyOf } from './public-key';
import type { HostKey, HostKeyCheck, ShownHostKey, SshFailure } from './types';

/** One try at a connection. Times in milliseconds. */
export interface OpenClient {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Makes the login handler of one handshake; see `login.ts`. */
  readonly login: () => AuthHandlerMiddleware;
  readonly checkHostKey: HostKeyCheck;
  /** Types of the host keys already known, asked for first. */
  readonly knownHostKeyTypes: readonly string[];
  /** A stream to the server made by a jump host; without it a TCP connection is made. */
  readonly through?: Duplex | undefined;
  /** For TCP, key exchange and login together; time spent in `checkHostKey` (a person may be asked) is not counted. */
  readonly limitMs: number;
  readonly keepAliveMs: number;
  readonly keepAliveTries: number;
  readonly signal: AbortSignal;
}

/**
 * Connects and logs in once.
 * @returns a client that is ready and whose later `error` events the caller must listen to.
 * @throws SshError with the layer that failed; the signal's reason when aborted.
 */
export async function openClient(options: OpenClient): Promise<Client> {
  options.signal.throwIfAborted();
  const client = new ssh2.Client();
  // Every channel listens for the link's end; a hundred of them are no leak.
  client.setMaxListeners(0);
  const timer = pausableTimer(options.limitMs);
  const hostKey = createHostKeyGate(options, timer);
  const login = options.login();
  let aborted = (): void => undefined;
  let isAnswered = options.through !== undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: unknown) =>
        reject(
          isAnswered || !isTimeout(error)
            ? toConnectError(error, options, hostKey.refusal())
            : silenceError(options.host, options.port, error),
        );
      timer.onTimeout(() => fail(new Error(timedOut)));
      aborted = () => reject(options.signal.reason as Error);
      options.signal.addEventListener('abort', aborted, { once: true });
      client.once('ready', resolve);
      client.once('connect', () => {
        isAnswered = true;
        client.setNoDelay(true);
      });
      client.on('error', fail);
      client.once('close', () => fail(new Error('closed by the server')));
      const sock = options.through ?? startConnecting(options);
      client.connect({ ...connectConfig(options, hostKey.verify), sock, authHandler: login });
    });
    return client;
  } catch (error) {
    // Errors that come while it is being torn down have nobody left to tell.
    client.on('error', () => undefined);
    client.destroy();
    options.through?.destroy();
    throw error;
  } finally {
    options.signal.removeEventListener('abort', aborted);
    timer.stop();
  }
}

/** ssh2 waits for a socket that is connecting, and reports its failure as that of the connection. */
function startConnecting({ host, port }: OpenClient): Socket {
  const socket = connect({ host, port, noDelay: true });
  gatherWrites(socket);
  return socket;
}

function connectConfig(
  options: OpenClient,
  verify: (blob: Buffer, done: (ok: boolean) => void) => void,
): ConnectConfig {
  return {
    host: options.host,
    port: options.port,
    username: options.user,
    hostVerifier: verify,
    algorithms: offeredAlgorithms(options.knownHostKeyTypes),
    keepaliveInterval: options.keepAliveMs,
    keepaliveCountMax: options.keepAliveTries,
    readyTimeout: 0,
  };
}

/** Asks `checkHostKey` once a connection; key re-exchanges of a long connection show the same key again. */
function createHostKeyGate(options: OpenClient, timer: PausableTimer) {
  const place = { host: options.host, port: options.port };
  let accepted: string | undefined;
  let refused: SshFailure | undefined;

  async function decide(shown: HostKey): Promise<boolean> {
    if (accepted !== undefined) return accepted === shown.fingerprint;
    timer.pause();
    const answer = await options.checkHostKey(shown, place);
    timer.resume();
    if (answer === true) accepted = shown.fingerprint;
    else refused = refusal({ ...shown, ...place }, answer === false ? undefined : answer.changedFrom);
    return answer === true;
  }

  return {
    refusal: () => refused,
    verify: (blob: Buffer, done: (ok: boolean) => void): void => {
      const shown = hostKeyOf(blob);
      decide(shown).then(done, (error: unknown) => {
        refused = {
          kind: 'hostKeyRefused',
          shown: { ...shown, ...place },
          message: `The host key of ${options.host} could not be checked: ${String(error)}`,
        };
        done(false);
      });
    },
  };
}

function refusal(shown: ShownHostKey, expected: readonly HostKey[] | undefined): SshFailure {
  if (expected === undefined) {
    return {
      kind: 'hostKeyRefused',
      shown,
      message: `Nothing vouches for the host key of ${shown.host} (${shown.fingerprint}).`,
    };
  }
  return {
    kind: 'hostKeyChanged',
    shown,
    expected,
    message: `${shown.host} shows another host key than the one that is known (${shown.fingerprint}). It may have been made anew, or somebody may be listening in.`,
  };
}

const timedOut = 'timed out';

function isTimeout(error: unknown): boolean {
  return (error instanceof Error && error.message === timedOut) || describe(error).code === 'ETIMEDOUT';
}

function toConnectError(
  error: unknown,
  { host, port, user }: OpenClient,
  refused: SshFailure | undefined,
): SshError {
  if (refused) return new SshError(refused, error);
  const { level, code } = describe(error);
  const text = error instanceof Error ? error.message : String(error);
  if (
    level === 'client-authentication' ||
    level === 'agent' ||
    text.includes('Too many authentication failures')
  ) {
    return new SshError(
      { kind: 'authentication', message: `${host} did not let ${user} in with this key.` },
      error,
    );
  }
  if (code === 'ECONNREFUSED') {
    return new SshError(
      {
        kind: 'refused',
        message: `${host} answers, but not on port ${port}: SSH is not running there (yet).`,
      },
      error,
    );
  }
  if (level === 'handshake') {
    return new SshError(
      { kind: 'protocol', message: `${host} and this program could not agree on how to talk: ${text}.` },
      error,
    );
  }
  if (level === 'protocol') {
    return new SshError(
      { kind: 'unreachable', message: `Something answers on ${host}:${port}, but does not speak SSH (yet).` },
      error,
    );
  }
  return new SshError(
    { kind: 'unreachable', message: `${host} cannot be reached on port ${port} (${code ?? text}).` },
    error,
  );
}

function describe(error: unknown): { level?: string; code?: string } {
  if (typeof error !== 'object' || error === null) return {};
  return {
    ...('level' in error && typeof error.level === 'string' ? { level: error.level } : {}),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
  };
}

interface PausableTimer {
  onTimeout(action: () => void): void;
  pause(): void;
  resume(): void;
  stop(): void;
}

function pausableTimer(ms: number): PausableTimer {
  let left = ms;
  let startedAt = 0;
  let handle: NodeJS.Timeout | undefined;
  let action: () => void = () => undefined;
  const run = () => {
    startedAt = performance.now();
    handle = setTimeout(() => action(), left);
  };
  return {
    onTimeout: (given) => {
      action = given;
      run();
    },
    pause: () => {
      clearTimeout(handle);
      left -= performance.now() - startedAt;
    },
    resume: run,
    stop: () => clearTimeout(handle),
  };
}
