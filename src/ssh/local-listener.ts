import { createServer, type Server, type Socket } from 'node:net';
import type { Disposable } from '../ports/disposable';

/** A loopback port that is being listened on. */
export interface LocalListener extends Disposable {
  readonly port: number;
}

/** What came of asking for a port. */
export type ListenOutcome =
  | { readonly kind: 'listening'; readonly listener: LocalListener }
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed'; readonly error: Error };

/**
 * Listens on 127.0.0.1 and, where it exists and is free, on ::1 (browsers may try it first for `localhost`).
 * Never on another address. Port 0 means any.
 */
export async function listenLocally(
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<ListenOutcome> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  };
  const first = await listen('127.0.0.1', port, accept);
  if (first.kind !== 'listening') return first;
  const second = await listen('::1', first.port, accept);
  const servers = second.kind === 'listening' ? [first.server, second.server] : [first.server];
  return {
    kind: 'listening',
    listener: {
      port: first.port,
      dispose: () => {
        for (const server of servers) server.close();
        for (const socket of sockets) socket.destroy();
      },
    },
  };
}

type Listening =
  { kind: 'listening'; server: Server; port: number } | { kind: 'taken' } | { kind: 'failed'; error: Error };

async function listen(
  host: string,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<Listening> {
  // Each side's end is passed on by itself, so the socket must not end the other way round on its own.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  return await new Promise<Listening>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // EACCES: a reserved port, on Windows also one that the system keeps for itself.
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      resolve(taken ? { kind: 'taken' } : { kind: 'failed', error });
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      resolve({
        kind: 'listening',
        server,
        port: typeof address === 'object' && address ? address.port : port,
      });
    });
  });
}
