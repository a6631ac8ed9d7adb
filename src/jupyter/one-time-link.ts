import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long a browser may take to start. */
const goodForMs = 60_000;

/**
 * A loopback address that leads to `target` once. A browser is started with its address as an argument, which every
 * program of the computer can read: the argument then opens nothing any more, and the token is not in it.
 */
export async function oneTimeLink(target: string): Promise<string> {
  const path = `/${randomUUID()}`;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== path) {
      response.writeHead(404).end();
      return;
    }
    end();
    response.writeHead(302, {
      Location: target,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      Connection: 'close',
    });
    response.end();
  });
  const end = (): void => {
    clearTimeout(limit);
    server.close();
  };
  const limit = setTimeout(end, goodForMs);
  limit.unref();
  server.unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${String(port)}${path}`;
}
