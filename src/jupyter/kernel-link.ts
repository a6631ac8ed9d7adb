import type { Socket } from 'node:net';
import WebSocket from 'ws';
import type { Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { backoffMs } from '../waiting/backoff';
import type { JupyterServer } from './server';
import { withSlash } from './server';
import type { Incoming, Request } from './wire';
import { decode, encode, kernelSubprotocol } from './wire';

/** How the link to a kernel stands. `gone`: the server knows the kernel no more. */
export type LinkState = 'connecting' | 'open' | 'reconnecting' | 'gone' | 'closed';

/**
 * The WebSocket to a kernel's channels, kept up. It comes back by itself with the same session id,
 * because the server then hands over what the kernel said meanwhile.
 *
 * This is not @jupyterlab/services' KernelConnection, which sends no pings, gives up after seven tries,
 * waits 10 to 30 s after a network error and cannot follow a tunnel to another port.
 */
export interface KernelLink {
  readonly state: LinkState;
  /** Its own `session_id`. */
  readonly sessionId: string;
  readonly onState: Event<LinkState>;
  readonly onMessage: Event<Incoming>;
  /** Sends now, or as soon as the link is open again. */
  send(request: Request): void;
  /** Takes back a request that has not left yet. @returns whether it had not */
  withdraw(requestId: string): boolean;
  /** Forgets what waits to be sent: it was for a kernel that is no more. */
  forgetUnsent(): void;
  /**
   * Drops the socket and connects anew, at the server's present address.
   * @param asSessionId stands in for the link's own id until the next call
   */
  reconnect(asSessionId?: string): void;
  /** Resolves when the link is open. @throws when it is closed or the kernel is gone, or `signal` aborts. */
  opened(signal?: AbortSignal): Promise<void>;
  dispose(): void;
}

/** What a link needs. */
export interface KernelLinkDeps {
  readonly server: JupyterServer;
  readonly kernelId: string;
  /** `session_id` of the channels URL: the server keeps what was missed for this id. */
  readonly sessionId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds between two pings; a link by which no byte came from one to the next is dead. */
  readonly pingEveryMs?: number | undefined;
}

const comeBack = { firstMs: 100, factor: 2, maxMs: 5000, jitter: 0.2 };

/** Opens a link and keeps it up until it is disposed of. */
export function openKernelLink(deps: KernelLinkDeps): KernelLink {
  const { server, kernelId, clock, logger, pingEveryMs = 4000 } = deps;
  const states = new EventSource<LinkState>();
  const messages = new EventSource<Incoming>();
  const waiting: Request[] = [];
  const ended = new AbortController();
  let state: LinkState = 'connecting';
  let { sessionId } = deps;
  let socket: WebSocket | undefined;
  let failures = 0;
  /** Older servers know none, and a client that asks for one has to hang up on them then. */
  let subprotocols = [kernelSubprotocol];
  /** The pause before the next try. */
  let pausing: AbortController | undefined;

  const become = (next: LinkState) => {
    if (state === next || state === 'closed' || state === 'gone') return;
    state = next;
    states.fire(next);
  };

  const flush = (open: WebSocket) => {
    for (const request of waiting.splice(0)) open.send(encode(request, sessionId, open.protocol));
  };

  const connect = () => {
    const { baseUrl, token } = server.address();
    const url = new URL(`api/kernels/${encodeURIComponent(kernelId)}/channels`, withSlash(baseUrl));
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('session_id', sessionId);
    const mine = new WebSocket(url, subprotocols, {
      headers: token ? { Authorization: `token ${token}` } : {},
      handshakeTimeout: 10_000,
      // A figure or a table in one message can be large; the editor bounds what it shows.
      maxPayload: 512 * 1024 * 1024,
      perMessageDeflate: false,
    });
    mine.binaryType = 'arraybuffer';
    socket = mine;
    const heart = watchHeart(mine, pingEveryMs);
    mine.on('upgrade', ({ headers, socket: wire }) => {
      heart.listenTo(wire);
      if (headers['sec-websocket-protocol'] === undefined) subprotocols = [];
    });
    mine.on('open', () => {
      if (socket !== mine) return;
      failures = 0;
      // What waited goes first: whoever hears of the open link may ask what became of it.
      flush(mine);
      become('open');
    });
    mine.on('message', (data, isBinary) => {
      if (socket !== mine) return;
      acknowledge(mine);
      const incoming = read(data, isBinary, mine.protocol);
      if (incoming) messages.fire(incoming);
    });
    mine.on('error', (error) => logger.debug(`kernel link: ${error.message}`));
    mine.on('close', (code) => {
      heart.stop();
      if (socket !== mine || ended.signal.aborted) return;
      logger.info(`kernel link closed (${code})`);
      comeBackLater();
    });
  };

  const read = (data: WebSocket.RawData, isBinary: boolean, protocol: string): Incoming | undefined => {
    try {
      // Text frames come as a Buffer whatever the binary type is.
      return decode(isBinary ? (data as ArrayBuffer) : textOf(data), protocol);
    } catch (error) {
      logger.warn('a kernel message could not be read', error);
      return undefined;
    }
  };

  const comeBackLater = () => {
    become('reconnecting');
    failures += 1;
    const pause = failures === 1 ? 0 : backoffMs(comeBack, failures - 1);
    pausing?.abort();
    const mine = new AbortController();
    pausing = mine;
    const stop = AbortSignal.any([ended.signal, mine.signal]);
    const again = async () => {
      await clock.sleep(pause, stop);
      const isGone = failures > 1 && !(await stillThere());
      stop.throwIfAborted();
      if (isGone) become('gone');
      else connect();
    };
    again().catch((error: unknown) => {
      if (!stop.aborted) logger.error('the kernel link cannot come back', error);
    });
  };

  const stillThere = async (): Promise<boolean> => {
    try {
      return (
        (await server.kernel(kernelId, AbortSignal.any([ended.signal, AbortSignal.timeout(5000)]))) !==
        undefined
      );
    } catch (error) {
      // Unreachable is no answer: the kernel may well be there.
      logger.debug('kernel link: the server does not answer yet', error);
      return true;
    }
  };

  const drop = () => {
    const old = socket;
    socket = undefined;
    old?.terminate();
  };

  const reconnect = (asSessionId = deps.sessionId) => {
    if (state === 'closed' || state === 'gone') return;
    sessionId = asSessionId;
    // Else its socket would take the place of the new one, and nobody would know of the gap.
    pausing?.abort();
    drop();
    become('reconnecting');
    connect();
  };

  const moving = server.onMoved(() => reconnect());
  connect();

  return {
    get state() {
      return state;
    },
    sessionId: deps.sessionId,
    onState: states.event,
    onMessage: messages.event,
    send(request) {
      if (state === 'open' && socket?.readyState === WebSocket.OPEN) {
        socket.send(encode(request, sessionId, socket.protocol));
      } else {
        waiting.push(request);
      }
    },
    withdraw(requestId) {
      const at = waiting.findIndex(({ id }) => id === requestId);
      if (at >= 0) waiting.splice(at, 1);
      return at >= 0;
    },
    forgetUnsent() {
      waiting.length = 0;
    },
    reconnect,
    opened: (signal) =>
      new Promise((resolve, reject) => {
        const look = (): boolean => {
          if (state === 'open') resolve();
          else if (state === 'gone') reject(new Error('The kernel is gone.'));
          else if (state === 'closed') reject(new Error('The link to the kernel was closed.'));
          else return false;
          return true;
        };
        if (look()) return;
        const abort = () => {
          listening.dispose();
          reject(signal?.reason instanceof Error ? signal.reason : new Error('Cancelled.'));
        };
        const listening = states.event(() => {
          if (!look()) return;
          listening.dispose();
          signal?.removeEventListener('abort', abort);
        });
        signal?.addEventListener('abort', abort, { once: true });
        if (signal?.aborted) abort();
      }),
    dispose() {
      moving.dispose();
      become('closed');
      ended.abort();
      drop();
    },
  };
}

/**
 * Sends an empty pong, which asks for no answer, so that the acknowledgement of what came travels at once.
 * Jupyter Server leaves Nagle's algorithm on: it holds its next small message until then, and a system
 * delays an acknowledgement of its own by 40 ms (measured: a cell took 48 ms instead of a few).
 */
function acknowledge(socket: WebSocket): void {
  if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount === 0) socket.pong();
}

/**
 * Pings; a socket from which no byte came since the last ping is ended, so that its `close` is noticed within seconds.
 * Bytes count, not whole messages or pongs: a large message can take a slow line longer than that, and a pong waits
 * behind it.
 */
function watchHeart(socket: WebSocket, everyMs: number): { listenTo(wire: Socket): void; stop(): void } {
  let wire: Socket | undefined;
  let read = -1;
  const timer = setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return;
    const now = wire?.bytesRead ?? 0;
    if (now === read) {
      socket.terminate();
      return;
    }
    read = now;
    socket.ping();
  }, everyMs);
  timer.unref();
  return {
    listenTo(opened) {
      wire = opened;
    },
    stop: () => clearInterval(timer),
  };
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
