import type { Socket } from 'node:net';
import { systemClock } from '../ports/clock';
import { EventSource, type Disposable } from '../ports/disposable';
import { silentLogger } from '../ports/logger';
import { SshError } from './errors';
import { listenLocally, type LocalListener } from './local-listener';
import { splice } from './splice';
import type { Tunnel, TunnelFailure, TunnelOptions, TunnelState } from './tunnel-types';
import type { SshFailure, SshState } from './types';

export type { Tunnel, TunnelFailure, TunnelOptions, TunnelState } from './tunnel-types';

/** A tunnel that is open: from `start` to `stop`. */
interface Running {
  readonly listener: LocalListener;
  readonly moved: boolean;
  readonly stop: AbortController;
  readonly parts: readonly Disposable[];
}

/** Creates a tunnel that is down until `start`. It does not own the connection. */
export function createTunnel(options: TunnelOptions): Tunnel {
  const {
    connection,
    remoteHost = '127.0.0.1',
    remotePort = 8888,
    localPort = 8888,
    nextPorts = 20,
  } = options;
  const { probeEveryMs = 10_000, probeLimitMs = 5_000, waitForLinkMs = 5_000 } = options;
  const { logger = silentLogger, clock = systemClock } = options;
  const states = new EventSource<TunnelState>();
  let state: TunnelState = { kind: 'down' };
  let running: Running | undefined;
  let starting: Promise<TunnelState> | undefined;
  let startStop = new AbortController();
  let checking: Promise<TunnelState> | undefined;
  /** Local connections that are joined to a channel; a cut link must not look like their regular end. */
  const joined = new Set<Socket>();
  let visible = false;
  let watching = false;

  function setState(next: TunnelState): TunnelState {
    const changed = next.kind !== state.kind || JSON.stringify(next) !== JSON.stringify(state);
    state = next;
    if (changed) {
      logger.debug(`Tunnel to port ${remotePort}: ${next.kind}`);
      states.fire(next);
    }
    return next;
  }

  async function start(signal: AbortSignal, limitMs: number): Promise<TunnelState> {
    setState({ kind: 'starting' });
    const opened = await openLocalPort();
    if (signal.aborted) {
      if (opened.kind === 'listening') opened.listener.dispose();
      return setState({ kind: 'down' });
    }
    if (opened.kind !== 'listening') return setState(opened);
    const { listener, moved } = opened;
    const current: Running = {
      listener,
      moved,
      stop: new AbortController(),
      parts: [connection.hold(), connection.onState((linkState) => onLink(current, linkState))],
    };
    running = current;
    try {
      await connection.connect({ signal, limitMs });
    } catch (error) {
      close(current);
      const stopped = error === signal.reason;
      return setState(stopped ? { kind: 'down' } : { kind: 'failed', reason: toFailure(error) });
    }
    const reached = await probeNow(current);
    watch(current);
    return reached;
  }

  async function openLocalPort(): Promise<
    { kind: 'listening'; listener: LocalListener; moved: boolean } | TunnelState
  > {
    const candidates =
      localPort === 0 ? [0] : [...Array.from({ length: nextPorts + 1 }, (_, step) => localPort + step), 0];
    for (const port of candidates) {
      if (port > 65_535) continue;
      const outcome = await listenLocally(port, (socket) => onLocalConnection(socket));
      if (outcome.kind === 'listening') {
        return {
          kind: 'listening',
          listener: outcome.listener,
          moved: localPort !== 0 && port !== localPort,
        };
      }
      if (outcome.kind === 'failed') return noLocalPort(outcome.error);
      if (await isOurs(port)) return { kind: 'inUseByUs', port };
    }
    return noLocalPort(undefined);
  }

  async function isOurs(port: number): Promise<boolean> {
    try {
      return (await options.isOurs?.(port)) ?? false;
    } catch (error) {
      logger.debug(`What listens on port ${port} could not be asked`, error);
      return false;
    }
  }

  function onLocalConnection(local: Socket): void {
    local.once('error', (error) => logger.trace(`Local connection: ${error.message}`));
    const gone = new AbortController();
    local.once('close', () => gone.abort(new Error('The local side hung up.')));
    connection.forward(remoteHost, remotePort, { signal: gone.signal, limitMs: waitForLinkMs }).then(
      (remote) => {
        if (local.destroyed) {
          remote.destroy();
          return;
        }
        joined.add(local);
        local.once('close', () => joined.delete(local));
        splice(local, remote);
      },
      (error: unknown) => {
        logger.debug(
          `No way to port ${remotePort}: ${error instanceof Error ? error.message : String(error)}`,
        );
        // A reset, not an end: the program in front shall see an error, not an empty answer.
        if (!local.destroyed) local.resetAndDestroy();
      },
    );
  }

  function onLink(current: Running, link: SshState): void {
    if (running !== current) return;
    // Until the first probe has ended, that one says what the link has become.
    if (state.kind === 'starting') setState({ kind: 'starting', ...lastTry(link) });
    else followLink(current, link);
  }

  /** What the last try met. The first of a row has none before it: a drop, or a nudge, begins a new one. */
  function lastTry(link: SshState): { readonly reason?: SshFailure } {
    if (link.kind === 'waiting') return { reason: link.reason };
    const isNext = link.kind === 'connecting' && link.attempt > 1;
    return isNext && 'reason' in state && state.kind !== 'failed' ? { reason: state.reason } : {};
  }

  function followLink(current: Running, link: SshState): void {
    const { moved } = current;
    const { port } = current.listener;
    if (link.kind === 'connected') {
      void check();
    } else if (link.kind === 'failed') {
      close(current);
      setState({ kind: 'failed', reason: link.reason });
    } else if (link.kind === 'disposed') {
      close(current);
      setState({ kind: 'down' });
    } else {
      for (const local of joined) cutOff(local);
      const since = state.kind === 'reconnecting' ? state.since : clock.now();
      setState({ kind: 'reconnecting', port, moved, since, ...lastTry(link) });
    }
  }

  /** The truth is what the service says through the tunnel, not that the socket is open. */
  async function probeNow(current: Running): Promise<TunnelState> {
    const { port } = current.listener;
    const answers = await runProbe(port, current.stop.signal);
    if (running !== current) return state;
    if (connection.state.kind !== 'connected') {
      if (state.kind === 'starting') followLink(current, connection.state);
      return state;
    }
    const { moved } = current;
    if (answers) return setState({ kind: 'up', port, moved });
    const since = state.kind === 'notAnswering' ? state.since : clock.now();
    return setState({ kind: 'notAnswering', port, moved, since });
  }

  async function runProbe(port: number, stop: AbortSignal): Promise<boolean> {
    if (!options.probe) return true;
    try {
      return await options.probe(port, AbortSignal.any([stop, AbortSignal.timeout(probeLimitMs)]));
    } catch (error) {
      logger.debug(`Probe of port ${port}`, error);
      return false;
    }
  }

  async function check(): Promise<TunnelState> {
    if (!running || state.kind === 'starting') return state;
    const current = running;
    checking ??= probeNow(current).finally(() => {
      checking = undefined;
    });
    const reached = await checking;
    // A service that does not answer may also be a link that is dead and does not know it.
    if (reached.kind === 'notAnswering') connection.nudge();
    return reached;
  }

  /** Probes at intervals as long as somebody looks. */
  function watch(current: Running): void {
    if (!visible || watching || !options.probe) return;
    watching = true;
    watchLoop(current)
      .catch((error: unknown) => {
        if (!current.stop.signal.aborted) logger.warn('The tunnel is not watched any more', error);
      })
      .finally(() => {
        watching = false;
      });
  }

  async function watchLoop(current: Running): Promise<void> {
    while (visible && running === current) {
      await clock.sleep(probeEveryMs, current.stop.signal);
      if (connection.state.kind === 'connected') await check();
    }
  }

  function close(current: Running): void {
    if (running === current) running = undefined;
    current.stop.abort(new Error('The tunnel was closed.'));
    current.listener.dispose();
    for (const part of current.parts) part.dispose();
  }

  function stop(): void {
    startStop.abort(new Error('The tunnel was closed.'));
    if (running) close(running);
    if (!starting) setState({ kind: 'down' });
  }

  return {
    get state() {
      return state;
    },
    onState: states.event,
    start: async ({ signal, limitMs = 30_000 } = {}) => {
      if (running && !starting) return state;
      if (!starting) {
        startStop = new AbortController();
        const either = signal ? AbortSignal.any([signal, startStop.signal]) : startStop.signal;
        starting = start(either, limitMs).finally(() => {
          starting = undefined;
          if (startStop.signal.aborted) setState({ kind: 'down' });
        });
      }
      return await starting;
    },
    stop,
    check,
    setVisible: (now) => {
      visible = now;
      if (running && now) {
        watch(running);
        void check();
      }
    },
    dispose: stop,
  };
}

/**
 * A reset: the program in front shall see an error, not an end. One whose end is on its way already has got all; Node
 * does not close it when it is reset then (libuv: EINVAL while it shuts down), and it would stay open for good.
 */
function cutOff(local: Socket): void {
  if (local.writableEnded) local.destroy();
  else local.resetAndDestroy();
}

function toFailure(error: unknown): TunnelFailure {
  if (error instanceof SshError) return error.failure;
  return { kind: 'protocol', message: error instanceof Error ? error.message : String(error) };
}

function noLocalPort(error: Error | undefined): TunnelState {
  const why = error ? ` (${error.message})` : '';
  return { kind: 'failed', reason: { kind: 'noLocalPort', message: `No local port could be opened${why}.` } };
}
