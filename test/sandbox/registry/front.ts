/**
 * What machines meet under the names of Docker Hub, NGC and the package repositories: one HTTPS server that hands
 * requests on to the real registry, or serves a folder, and makes the faults that a test asks for.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join, normalize } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Faults, Treatment } from './faults';

/** Where requests for a host name go. */
export type Backend =
  | { readonly kind: 'registry'; readonly host: string; readonly port: number; readonly faults: Faults }
  | { readonly kind: 'folder'; readonly path: string };

export interface FrontDeps {
  readonly key: Buffer;
  readonly certificate: Buffer;
  readonly backends: Readonly<Record<string, Backend>>;
}

/** A server that is not listening yet. */
export function createFront({ key, certificate, backends }: FrontDeps): Server {
  return createServer({ key, cert: certificate }, (request, response) => {
    const backend = backends[(request.headers.host ?? '').replace(/:\d+$/, '')];
    const answered = answer(backend, request, response);
    // The machine has closed the connection, or the fault has: there is nobody left to tell.
    answered.catch(() => response.destroy());
  });
}

async function answer(
  backend: Backend | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  switch (backend?.kind) {
    case undefined:
      response.writeHead(404).end('no such host');
      return;
    case 'folder':
      await serveFile(backend.path, request, response);
      return;
    case 'registry':
      await handOn(backend, request, response);
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const code = status === 429 ? 'TOOMANYREQUESTS' : status === 401 ? 'UNAUTHORIZED' : 'UNAVAILABLE';
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

const messages = {
  401: 'authentication required',
  429: 'You have reached your pull rate limit. You may increase the limit by authenticating and upgrading.',
  503: 'service unavailable',
};

async function handOn(
  { host, port, faults }: Extract<Backend, { kind: 'registry' }>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url ?? '/';
  const treatment = faults.treat(path);
  if (treatment.kind === 'status') {
    refuse(response, treatment.status, messages[treatment.status]);
    return;
  }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpRequest(
      { host, port, path, method: request.method, headers: request.headers },
      resolve,
    );
    outgoing.on('error', reject);
    request.pipe(outgoing);
  });
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline([answer, ...treat(treatment, response), response]);
}

function treat(treatment: Treatment, response: ServerResponse): Transform[] {
  switch (treatment.kind) {
    case 'slow':
      return [slowly(treatment.bytesPerSecond)];
    case 'drop':
      return [until(treatment.afterBytes, () => response.socket?.destroy())];
    case 'none':
    case 'status':
      return [];
  }
}

function slowly(bytesPerSecond: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      setTimeout(() => done(null, chunk), (chunk.length / bytesPerSecond) * 1000);
    },
  });
}

function until(bytes: number, cut: () => void): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > bytes) cut();
      done(null, chunk);
    },
  });
}

async function serveFile(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = join(
    folder,
    normalize(decodeURIComponent(new URL(request.url ?? '/', 'https://any').pathname)),
  );
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-length': found.size });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(path), response);
}
