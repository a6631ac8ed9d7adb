import type { DefaultRequestSigner, HttpClient, HttpRequest } from 'oci-common';
import * as v from 'valibot';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { currentCall, type Call } from './call';
import { errorFromAnswer, errorFromNetwork, type CloudError, type FailedAnswer } from './errors';
import { isWorthRetrying, maxTries, retryPauseMs } from './retry-policy';

/** The part of `fetch` that is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What the HTTP client is made of. */
export interface HttpClientDeps {
  readonly signer: DefaultRequestSigner;
  readonly profile: FailedAnswer['profile'];
  /** The editor patches the global `fetch` to honour its proxy settings and certificates. */
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds for one try, its body included. */
  readonly tryLimitMs: number;
}

/** A whole answer: the body has been read, so that a cut connection counts as a failed try. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * The HTTP client that every SDK client is given: signs, sends, retries by the room's policy, honours the
 * call's AbortSignal, and turns every failure into a {@link CloudError}.
 *
 * A failure is put into the call and the SDK gets an empty answer, because whatever it is thrown the SDK
 * prints to the console, strips of its cause and rethrows as a plain object.
 */
export function createHttpClient(deps: HttpClientDeps): HttpClient {
  return {
    async send(request, forceExcludeBody) {
      const call = currentCall();
      const anonymous = { operation: `${request.method} ${request.uri}`, signal: undefined };
      try {
        return toSdkResponse(await sendWithRetries(request, forceExcludeBody, call ?? anonymous, deps));
      } catch (error) {
        if (call === undefined) throw error;
        call.failure = { error };
        return new Response('null', { status: 200 });
      }
    },
  };
}

async function sendWithRetries(
  request: HttpRequest,
  forceExcludeBody: boolean | undefined,
  call: Call,
  deps: HttpClientDeps,
): Promise<Answer> {
  const repeatable = { method: request.method, hasRetryToken: request.headers.has('opc-retry-token') };
  let afterUnanswered = false;
  for (let tries = 1; ; tries++) {
    call.signal?.throwIfAborted();
    const outcome = await tryOnce(request, forceExcludeBody, call, { ...deps, afterUnanswered });
    if (outcome.kind === 'answered') return outcome.answer;
    const { error } = outcome;
    afterUnanswered ||= error.status === undefined || error.status >= 500;
    if (tries === maxTries || !isWorthRetrying(error, repeatable)) {
      // With the request's id, which Oracle's support asks for.
      deps.logger.warn(`OCI: ${error.logLine}`);
      throw error;
    }
    const pauseMs = retryPauseMs(tries, outcome.retryAfter);
    deps.logger.debug(`OCI: ${error.logLine}; try ${tries + 1} in ${pauseMs} ms`);
    await deps.clock.sleep(pauseMs, call.signal);
  }
}

type Try =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly error: CloudError; readonly retryAfter: string | null };

async function tryOnce(
  request: HttpRequest,
  forceExcludeBody: boolean | undefined,
  call: Call,
  deps: HttpClientDeps & Pick<FailedAnswer, 'afterUnanswered'>,
): Promise<Try> {
  const { signer, profile, fetch, clock, tryLimitMs, afterUnanswered } = deps;
  // The SDK does not encode query values; what is signed must be what is sent.
  const url = new URL(request.uri);
  // Fresh headers: the date is signed, and a retry needs a new one.
  const headers = new Headers(request.headers);
  headers.delete('x-date');
  headers.delete('authorization');
  await signer.signHttpRequest({ ...request, uri: url.href, headers }, forceExcludeBody);
  // `fetch` writes these two itself, with the same values; some editors' fetch refuses to be given them.
  headers.delete('host');
  headers.delete('content-length');

  const limit = AbortSignal.timeout(tryLimitMs);
  const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
  let answer: Answer;
  try {
    const body: unknown = request.body;
    const response = await fetch(url.href, {
      method: request.method,
      headers,
      signal,
      // A redirect would carry the signature to wherever it points.
      redirect: 'error',
      ...(typeof body === 'string' && body !== '' ? { body } : {}),
    });
    answer = { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    call.signal?.throwIfAborted();
    const cause: unknown = limit.aborted ? limit.reason : error;
    return { kind: 'failed', error: errorFromNetwork(call.operation, url.host, cause), retryAfter: null };
  }
  if (answer.status >= 200 && answer.status < 300 && !isHtml(answer)) return { kind: 'answered', answer };
  const error = errorFromAnswer({ ...readFailure(answer, call, profile, clock), afterUnanswered });
  return { kind: 'failed', error, retryAfter: answer.headers.get('retry-after') };
}

const errorBody = v.object({ code: v.optional(v.string()), message: v.string() });

function readFailure(
  answer: Answer,
  call: Call,
  profile: FailedAnswer['profile'],
  clock: Clock,
): FailedAnswer {
  const { status, headers, text } = answer;
  const parsed = v.safeParse(errorBody, tryJson(text));
  const date = Date.parse(headers.get('date') ?? '');
  return {
    operation: call.operation,
    status: isHtml(answer) && status < 400 ? 502 : status,
    code: parsed.success ? parsed.output.code : undefined,
    message: withoutTokens(parsed.success ? parsed.output.message : notJson(answer)),
    opcRequestId: headers.get('opc-request-id') ?? undefined,
    profile,
    clockSkewMs: Number.isNaN(date) ? undefined : date - clock.now(),
  };
}

/** Session tokens (JWTs) that an answer quotes do not reach messages and logs. */
function withoutTokens(text: string): string {
  return text.replace(/eyJ[\w-]+(\.[\w-]*)+/g, '(token)');
}

function notJson(answer: Answer): string {
  if (isHtml(answer))
    return 'a web page came instead of an answer; a proxy or sign-in page may be in between';
  return answer.text.trim().slice(0, 200) || 'no reason was given';
}

function isHtml({ headers }: Answer): boolean {
  return /^text\/html/i.test(headers.get('content-type') ?? '');
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const statusesWithoutBody = new Set([204, 205]);

/** The SDK reads every body as JSON, console histories too, which are plain text: those become a JSON string. */
function toSdkResponse({ status, headers, text }: Answer): Response {
  if (statusesWithoutBody.has(status)) return new Response(null, { status, headers });
  const isText = /^text\/plain|octet-stream/i.test(headers.get('content-type') ?? '');
  const body = isText ? JSON.stringify(text) : text === '' ? 'null' : text;
  return new Response(body, { status, headers });
}
