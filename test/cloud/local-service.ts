import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer: a body that is not a string is sent as JSON; `cut` ends the connection without an answer. */
export type Reply =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'cut'
  | 'never';

/** A small HTTP service for one test: it keeps what it was sent, and answers what the test says. */
export interface LocalService {
  readonly endpoint: string;
  readonly requests: readonly ReceivedRequest[];
  /** Gives the reply to a request; `count` is its number since the last {@link forget}. May be replaced. */
  answer: (request: ReceivedRequest, count: number) => Reply;
  forget(): void;
  close(): Promise<void>;
}

export async function startLocalService(answer: LocalService['answer']): Promise<LocalService> {
  const requests: ReceivedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const target = incoming.url ?? '/';
      const request: ReceivedRequest = {
        method: incoming.method ?? 'GET',
        url: new URL(target, 'http://127.0.0.1'),
        target,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString(),
      };
      requests.push(request);
      const reply = service.answer(request, requests.length);
      if (reply === 'never') return;
      if (reply === 'cut') {
        incoming.socket.destroy();
        return;
      }
      const isText = typeof reply.body === 'string';
      outgoing.writeHead(reply.status ?? 200, {
        'content-type': isText ? 'text/plain' : 'application/json',
        'opc-request-id': 'request-1',
        ...reply.headers,
      });
      outgoing.end(reply.body === undefined ? undefined : isText ? reply.body : JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const service: LocalService = {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    answer,
    forget: () => void requests.splice(0),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return service;
}
