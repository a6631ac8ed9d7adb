import type { Client } from 'ssh2';
import type { Clock } from '../ports/clock';
import { EventSource, type Disposable, type Event } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import { backoffMs, type Backoff } from '../waiting/backoff';
import { SshError, isPermanent } from './errors';
import { isAlive } from './liveness';
import type { SshFailure, SshState } from './types';

/** Keeps one ssh2 client alive for all who use it. */
export interface Link extends Disposable {
  readonly state: SshState;
  readonly onState: Event<SshState>;
  /** The connected client; connects when there is none. @throws SshError; the signal's reason when aborted. */
  client(options?: { signal?: AbortSignal | undefined; limitMs?: number }): Promise<Client>;
  /** See `SshConnection.hold`. */
  hold(): Disposable;
  /** See `SshConnection.nudge`. */
  nudge(): void;
}

export interface LinkOptions {
  /** For messages. */
  readonly host: string;
  /** One try; @throws SshError. */
  readonly open: (signal: AbortSignal) => Promise<Client>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly backoff: Backoff;
}

const defaultConnectLimitMs = 30_000;
/** A connection that lived shorter than this counts as a failed try, so that a server which drops us is not hammered. */
const stableAfterMs = 10_000;
const livenessLimitMs = 3_000;

interface Waiter {
  resolve(client: Client): void;
  reject(error: unknown): void;
}

/** Creates a link that is idle until somebody asks for its client. */
export function createLink({ host, open, logger, clock, backoff }: LinkOptions): Link {
  const states = new EventSource<SshState>();
  const waiters = new Set<Waiter>();
  let state: SshState = { kind: 'idle' };
  let current: Client | undefined;
  let trying: AbortController | undefined;
  /** Ends what keeps the next try from beginning now: the pause before it, or the try before it that goes on. */
  let hurry: AbortController | undefined;
  let holders = 0;
  let attempt = 0;
  let lastFailure: SshFailure | undefined;

  function setState(next: SshState): void {
    state = next;
    logger.debug(`SSH to ${host}: ${next.kind}`);
    states.fire(next);
  }

  function isDisposed(): boolean {
    return state.kind === 'disposed';
  }

  function startTrying(): void {
    if (trying || isDisposed()) return;
    const stop = new AbortController();
    trying = stop;
    keepTrying(stop.signal)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) logger.error(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        trying = undefined;
        if (waiters.size > 0 && !current) startTrying();
      });
  }

  async function keepTrying(signal: AbortSignal): Promise<void> {
    while (waiters.size > 0 || holders > 0) {
      attempt++;
      setState({ kind: 'connecting', attempt });
      const outcome = await tryOnce(signal);
      if (outcome === undefined) continue;
      if (!(outcome instanceof SshError)) {
        adopt(outcome);
        return;
      }
      lastFailure = outcome.failure;
      logger.warn(`SSH to ${host}, try ${attempt}: ${outcome.message}`, outcome.cause);
      if (isPermanent(outcome.failure)) {
        fail(outcome);
        return;
      }
      await waitBeforeNextTry(outcome.failure, signal);
    }
    attempt = 0;
    setState(lastFailure ? { kind: 'failed', reason: lastFailure } : { kind: 'idle' });
  }

  /** @returns undefined when it was ended by a nudge, which asks for another one. */
  async function tryOnce(signal: AbortSignal): Promise<Client | SshError | undefined> {
    const nudged = new AbortController();
    hurry = nudged;
    try {
      return await open(AbortSignal.any([signal, nudged.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (nudged.signal.aborted) return undefined;
      if (error instanceof SshError) return error;
      const message = `The connection to ${host} could not be set up: ${error instanceof Error ? error.message : String(error)}`;
      return new SshError({ kind: 'protocol', message }, error);
    } finally {
      hurry = undefined;
    }
  }

  async function waitBeforeNextTry(reason: SshFailure, signal: AbortSignal): Promise<void> {
    const ms = backoffMs(backoff, attempt);
    setState({ kind: 'waiting', attempt, retryAtMs: clock.now() + ms, reason });
    const nudged = new AbortController();
    hurry = nudged;
    try {
      await clock.sleep(ms, AbortSignal.any([signal, nudged.signal]));
    } catch (error) {
      if (!nudged.signal.aborted) throw error;
    } finally {
      hurry = undefined;
    }
    signal.throwIfAborted();
  }

  function adopt(client: Client): void {
    const since = clock.now();
    current = client;
    client.on('error', (error) => {
      lastFailure = { kind: 'lost', message: `The connection to ${host} was lost (${error.message}).` };
    });
    client.once('close', () => {
      if (current !== client) return;
      if (clock.now() - since >= stableAfterMs) attempt = 0;
      onDrop();
    });
    lastFailure = undefined;
    setState({ kind: 'connected' });
    for (const waiter of takeWaiters()) waiter.resolve(client);
  }

  function takeWaiters(): Waiter[] {
    const taken = [...waiters];
    waiters.clear();
    return taken;
  }

  function onDrop(): void {
    current = undefined;
    if (isDisposed()) return;
    logger.warn(lastFailure?.message ?? `The connection to ${host} was lost.`);
    setState({ kind: 'idle' });
    if (holders === 0) {
      attempt = 0;
      return;
    }
    if (attempt <= 1) startTrying();
    else startTryingAfterPause();
  }

  /** The server took us in and dropped us at once, again: wait as after a failed try. */
  function startTryingAfterPause(): void {
    const reason = lastFailure ?? { kind: 'lost', message: `${host} keeps closing the connection.` };
    const stop = new AbortController();
    trying = stop;
    waitBeforeNextTry(reason, stop.signal).then(
      () => {
        trying = undefined;
        startTrying();
      },
      () => {
        trying = undefined;
      },
    );
  }

  function fail(error: SshError): void {
    attempt = 0;
    setState({ kind: 'failed', reason: error.failure });
    for (const waiter of takeWaiters()) waiter.reject(error);
  }

  function dropIfDead(client: Client): void {
    isAlive(client, livenessLimitMs)
      .then((alive) => {
        if (alive || current !== client) return;
        lastFailure = { kind: 'lost', message: `${host} does not answer any more.` };
        client.destroy();
      })
      .catch((error: unknown) => logger.debug('Liveness check failed', error));
  }

  return {
    get state() {
      return state;
    },
    onState: states.event,
    client: async ({ signal, limitMs = defaultConnectLimitMs } = {}) => {
      signal?.throwIfAborted();
      if (isDisposed()) throw disposedError(host);
      if (current) return current;
      const connected = waitForClient(
        waiters,
        clock,
        signal,
        limitMs,
        () =>
          new SshError(
            lastFailure ?? {
              kind: 'unreachable',
              message: `${host} did not answer within ${Math.round(limitMs / 1000)} s.`,
            },
          ),
      );
      startTrying();
      return await connected;
    },
    hold: () => {
      let held = true;
      holders++;
      return {
        dispose: () => {
          if (held) holders--;
          held = false;
        },
      };
    },
    nudge: () => {
      if (current) {
        dropIfDead(current);
        return;
      }
      attempt = 0;
      hurry?.abort(new Error('It is tried anew.'));
      if (holders > 0) startTrying();
    },
    dispose: () => {
      if (isDisposed()) return;
      setState({ kind: 'disposed' });
      const error = disposedError(host);
      trying?.abort(error);
      current?.end();
      current = undefined;
      for (const waiter of takeWaiters()) waiter.reject(error);
    },
  };
}

async function waitForClient(
  waiters: Set<Waiter>,
  clock: Clock,
  signal: AbortSignal | undefined,
  limitMs: number,
  onLimit: () => SshError,
): Promise<Client> {
  const settled = new AbortController();
  let waiter: Waiter | undefined;
  const aborted = () => waiter?.reject(signal?.reason);
  try {
    return await new Promise<Client>((resolve, reject) => {
      waiter = { resolve, reject };
      waiters.add(waiter);
      signal?.addEventListener('abort', aborted, { once: true });
      clock.sleep(limitMs, settled.signal).then(
        () => reject(onLimit()),
        () => undefined,
      );
    });
  } finally {
    if (waiter) waiters.delete(waiter);
    signal?.removeEventListener('abort', aborted);
    settled.abort();
  }
}

function disposedError(host: string): SshError {
  return new SshError({ kind: 'lost', message: `The connection to ${host} was closed.` });
}
