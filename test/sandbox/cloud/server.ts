import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExchangeLog } from './exchanges';
import type { Fault, Faults } from './faults';
import { newRequestId } from './ids';
import { cannotParse, notFound, OciRefusal } from './oci-error';
import { checkQuery, type Answer, type Call } from './operation';
import { cutPage } from './paging';
import { createRetryTokens } from './retry-tokens';
import { createRouter, type Route } from './router';
import { verifySignature } from './signature';
import { allOperations } from './operations/all';
import type { World } from './world';

interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** As recorded. */
  readonly body: unknown;
}

/** The HTTP side: signature, faults, retry tokens, paging, errors and recording around each operation. */
export function createCloudServer(world: World, faults: Faults, exchanges: ExchangeLog): Server {
  const route = createRouter(world, allOperations(world));
  const retryTokens = createRetryTokens(world.time.now);
  const { settings } = world;
  const paging = { pageSize: settings.pageSize ?? 100, emptyFirstPages: settings.emptyFirstPages ?? true };

  const work = async (
    request: IncomingMessage,
    body: Buffer,
    where: Route,
    acted: readonly Fault[],
  ): Promise<Sent> => {
    const { method = '', url = '', headers } = request;
    const keyId = verifySignature(
      { method, target: url, headers, body },
      world.credentials.keyOf,
      Date.now(),
    );
    const { region, found } = where;
    if (!found) throw notFound('operation', `${method} ${where.path}`);
    for (const fault of acted) {
      if ('answer' in fault)
        throw new OciRefusal(fault.answer.status, fault.answer.code, fault.answer.message);
    }
    const { operation, params } = found;
    const query = new URL(url, 'http://localhost').searchParams;
    checkQuery(operation, query);
    const call: Call = { region, params, query, headers, keyId, faults: acted };
    const handle = async () => operation.handle(call, parseBody(body));
    const token = headers['opc-retry-token'];
    const answer =
      typeof token === 'string'
        ? await retryTokens.once(`${region.name} ${operation.name} ${keyId} ${token}`, body, handle)
        : await handle();
    return toSend(answer, query, paging);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const time = world.time.iso();
    const body = await readBody(request);
    const { method = '', url = '' } = request;
    const where = route(method, new URL(url, 'http://localhost').pathname);
    const name = where.found?.operation.name ?? '';
    const acted = faults.take(name);
    await delay(latency(settings.latencyMs) + delayOf(acted));
    const cut = acted.some((fault) => 'reset' in fault && fault.reset === 'before-work');
    const outcome = cut ? noAnswer : await work(request, body, where, acted).catch(refused(world));
    const lost = acted.some((fault) => 'reset' in fault);
    const sent = lost ? noAnswer : outcome;
    const clientId = request.headers['opc-request-id'];
    const responseHeaders = {
      ...sent.headers,
      'opc-request-id': newRequestId(typeof clientId === 'string' ? clientId : undefined),
    };
    exchanges.add({
      time,
      service: where.found?.operation.service ?? '',
      operation: name,
      method,
      path: where.path,
      query: Object.fromEntries(new URL(url, 'http://localhost').searchParams),
      requestHeaders: flat(request.headers),
      requestBody: readable(body),
      status: sent.status,
      responseHeaders,
      responseBody: sent.body,
    });
    if (lost) return void request.socket.destroy();
    response.writeHead(sent.status, responseHeaders).end(sent.text);
  };

  return createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      world.problem(`the simulated cloud failed: ${String(error)}`);
      request.socket.destroy();
    });
  });
}

const noAnswer: Sent = { status: 0, headers: {}, text: '', body: null };

const refused =
  (world: World) =>
  (error: unknown): Sent => {
    const refusal = error instanceof OciRefusal ? error : undefined;
    if (!refusal)
      world.problem(`the simulated cloud failed: ${error instanceof Error ? error.stack : String(error)}`);
    const { status = 500, code = 'InternalServerError', message = 'Internal server error' } = refusal ?? {};
    return json(status, { code, message });
  };

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Sent {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    text: JSON.stringify(body),
    body,
  };
}

function toSend(
  answer: Answer,
  query: URLSearchParams,
  paging: { readonly pageSize: number; readonly emptyFirstPages: boolean },
): Sent {
  const { status = 200, headers = {} } = answer;
  if (answer.list) {
    const { items, next } = cutPage(answer.list, query, paging);
    return json(status, items, next === undefined ? headers : { ...headers, 'opc-next-page': next });
  }
  if (answer.text !== undefined) {
    return {
      status,
      headers: { 'content-type': 'text/plain', ...headers },
      text: answer.text,
      body: answer.text,
    };
  }
  return answer.body === undefined
    ? { status, headers, text: '', body: null }
    : json(status, answer.body, headers);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw cannotParse('Incorrectly formatted request. Please consult API doc for correct format.');
  }
}

function readable(body: Buffer): unknown {
  try {
    return parseBody(body) ?? null;
  } catch {
    return body.toString();
  }
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function latency(setting: number | readonly [min: number, max: number] | undefined): number {
  if (typeof setting !== 'object') return setting ?? 0;
  const [min, max] = setting;
  return min + Math.random() * (max - min);
}

const delayOf = (acted: readonly Fault[]): number =>
  acted.reduce((sum, fault) => sum + ('delayMs' in fault ? fault.delayMs : 0), 0);
