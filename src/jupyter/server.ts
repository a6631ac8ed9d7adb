import * as v from 'valibot';
import type { Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import { JupyterCallFailed, JupyterTokenRefused, JupyterUnreachable } from './errors';

/** Where a Jupyter server answers. */
export interface ServerAddress {
  /** With scheme and port, with or without a slash at the end: `http://127.0.0.1:8888/`. */
  readonly baseUrl: string;
  /** Empty for a server that is open to everybody who can reach it. */
  readonly token: string;
}

/** What answers at an address. */
export type ServerStatus =
  | { readonly kind: 'answers'; readonly version: string; readonly started: string; readonly kernels: number }
  /** A Jupyter server that refuses this token. */
  | { readonly kind: 'wrongToken'; readonly version: string }
  /** Something answers, and it is not Jupyter. */
  | { readonly kind: 'notJupyter'; readonly answer: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

const kernelSchema = v.looseObject({
  id: v.string(),
  name: v.string(),
  execution_state: v.optional(v.string(), 'unknown'),
  last_activity: v.optional(v.string(), ''),
  connections: v.optional(v.number(), 0),
});
const sessionSchema = v.looseObject({
  id: v.string(),
  path: v.optional(v.string(), ''),
  name: v.optional(v.string(), ''),
  kernel: kernelSchema,
});
const statusSchema = v.looseObject({ started: v.string(), kernels: v.number() });

/** A running kernel, in the server's words (`/api/kernels`). */
export type KernelModel = v.InferOutput<typeof kernelSchema>;
/** A session: a notebook's tie to its kernel (`/api/sessions`). */
export type SessionModel = v.InferOutput<typeof sessionSchema>;

/** A Jupyter server, reached through its REST API. Jupyter Server 1, 2 and Notebook 6 answer alike here. */
export interface JupyterServer {
  address(): ServerAddress;
  /** The same server, from now on reached elsewhere (the tunnel moved to another port). Kernels stay. */
  moveTo(address: ServerAddress): void;
  /** It moved: links to its kernels come after it. */
  readonly onMoved: Event<ServerAddress>;
  /** Never throws for what answers or does not; only when `signal` aborts. */
  status(signal?: AbortSignal): Promise<ServerStatus>;
  /**
   * Whether this is the server that the token was made for: it takes the token and refuses another one
   * (an open server takes every token, so taking it proves nothing).
   */
  isOwn(signal?: AbortSignal): Promise<boolean>;
  kernels(signal?: AbortSignal): Promise<readonly KernelModel[]>;
  /** `undefined` when the server knows no such kernel (any more). */
  kernel(id: string, signal?: AbortSignal): Promise<KernelModel | undefined>;
  sessions(signal?: AbortSignal): Promise<readonly SessionModel[]>;
  /** The session of this path; started with a new kernel if there is none. */
  openSession(
    wish: { path: string; name: string; kernelName?: string },
    signal?: AbortSignal,
  ): Promise<SessionModel>;
  /** Ends the session and its kernel. Fine when it is gone already. */
  endSession(id: string, signal?: AbortSignal): Promise<void>;
  interrupt(kernelId: string, signal?: AbortSignal): Promise<void>;
  restart(kernelId: string, signal?: AbortSignal): Promise<void>;
}

/** What a server needs. */
export interface JupyterServerDeps extends ServerAddress {
  readonly logger: Logger;
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds until a call counts as unanswered. Starting a kernel on a cold disk takes seconds. */
  readonly callLimitMs?: number | undefined;
}

/** A server at an address. Nothing is called before a method is. */
export function createJupyterServer(deps: JupyterServerDeps): JupyterServer {
  const { logger, fetch: send = fetch, callLimitMs = 60_000 } = deps;
  let address: ServerAddress = { baseUrl: deps.baseUrl, token: deps.token };

  const moves = new EventSource<ServerAddress>();

  interface Call {
    readonly method?: 'GET' | 'POST' | 'DELETE';
    readonly body?: unknown;
    readonly token?: string;
    readonly limitMs?: number;
  }

  const call = async (path: string, { method = 'GET', body, token, limitMs }: Call, signal?: AbortSignal) => {
    const used = token ?? address.token;
    const limit = AbortSignal.timeout(limitMs ?? callLimitMs);
    const headers: Record<string, string> = {};
    if (used) headers['Authorization'] = `token ${used}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      return await send(new URL(path, withSlash(address.baseUrl)), {
        method,
        headers,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new JupyterUnreachable(`Jupyter does not answer at ${address.baseUrl}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };

  const ask = async (path: string, how: Call, signal?: AbortSignal): Promise<unknown> => {
    const response = await call(path, how, signal);
    const text = await response.text();
    if (isRefusal(response.status)) throw new JupyterTokenRefused(address.baseUrl, response.status);
    if (!response.ok)
      throw new JupyterCallFailed(how.method ?? 'GET', path, response.status, messageIn(text));
    return text === '' ? undefined : JSON.parse(text);
  };

  const probe = async (signal?: AbortSignal): Promise<ServerStatus> => {
    const limitMs = Math.min(callLimitMs, 5000);
    const open = await call('api', { token: '', limitMs }, signal);
    const version = versionIn(await open.text());
    if (version === undefined) return { kind: 'notJupyter', answer: `HTTP ${open.status}` };
    const status = await call('api/status', { limitMs }, signal);
    const text = await status.text();
    if (isRefusal(status.status)) return { kind: 'wrongToken', version };
    const parsed = v.safeParse(statusSchema, readJson(text));
    if (!parsed.success) return { kind: 'notJupyter', answer: `HTTP ${status.status}` };
    return { kind: 'answers', version, started: parsed.output.started, kernels: parsed.output.kernels };
  };

  return {
    address: () => address,
    moveTo: (next) => {
      if (next.baseUrl === address.baseUrl && next.token === address.token) return;
      logger.info(`Jupyter is now reached at ${next.baseUrl}`);
      address = { baseUrl: next.baseUrl, token: next.token };
      moves.fire(address);
    },
    onMoved: moves.event,
    async status(signal) {
      try {
        return await probe(signal);
      } catch (error) {
        signal?.throwIfAborted();
        return { kind: 'unreachable', reason: reasonOf(error) };
      }
    },
    async isOwn(signal) {
      try {
        if (address.token === '' || (await probe(signal)).kind !== 'answers') return false;
        const other = await call(
          'api/status',
          { token: `not-${address.token.length}`, limitMs: 5000 },
          signal,
        );
        return !other.ok;
      } catch (error) {
        signal?.throwIfAborted();
        logger.debug(`no Jupyter to compare at ${address.baseUrl}`, error);
        return false;
      }
    },
    kernels: async (signal) => v.parse(v.array(kernelSchema), await ask('api/kernels', {}, signal)),
    async kernel(id, signal) {
      try {
        return v.parse(kernelSchema, await ask(`api/kernels/${encodeURIComponent(id)}`, {}, signal));
      } catch (error) {
        if (error instanceof JupyterCallFailed && error.httpStatus === 404) return undefined;
        throw error;
      }
    },
    sessions: async (signal) => v.parse(v.array(sessionSchema), await ask('api/sessions', {}, signal)),
    async openSession({ path, name, kernelName }, signal) {
      const kernel = kernelName === undefined ? {} : { name: kernelName };
      const body = { path, name, type: 'notebook', kernel };
      return v.parse(sessionSchema, await ask('api/sessions', { method: 'POST', body }, signal));
    },
    async endSession(id, signal) {
      try {
        await ask(`api/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }, signal);
      } catch (error) {
        if (!(error instanceof JupyterCallFailed && error.httpStatus === 404)) throw error;
      }
    },
    interrupt: async (id, signal) => {
      await ask(`api/kernels/${encodeURIComponent(id)}/interrupt`, { method: 'POST', body: {} }, signal);
    },
    restart: async (id, signal) => {
      await ask(`api/kernels/${encodeURIComponent(id)}/restart`, { method: 'POST', body: {} }, signal);
    },
  };
}

/** Without a valid token Jupyter answers 403, or sends a browser to its login page. */
function isRefusal(httpStatus: number): boolean {
  return httpStatus === 401 || httpStatus === 403 || httpStatus === 302;
}

/** A URL below another one keeps the other's path only when that ends in a slash. */
export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function versionIn(text: string): string | undefined {
  const parsed = v.safeParse(v.looseObject({ version: v.string() }), readJson(text));
  return parsed.success ? parsed.output.version : undefined;
}

function messageIn(text: string): string {
  const parsed = v.safeParse(v.looseObject({ message: v.string() }), readJson(text));
  return parsed.success ? parsed.output.message : '';
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is an answer too: the schema that reads it says so.
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
