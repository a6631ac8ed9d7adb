import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What answers as a Jupyter Server does, as far as tunnels look at it. */
export interface JupyterStandIn {
  readonly port: number;
  /** The token that it takes from now on. */
  token: string;
  /** Whether it answers, or hangs up on everybody. */
  answers: boolean;
  /** Otherwise another web server answers at its port. */
  isJupyter: boolean;
  /** Questions that were put to it. */
  readonly asked: number;
  /** Notebooks with a kernel. */
  notebooks: readonly string[];
  close(): Promise<void>;
}

/** @param port where it listens on loopback; a free one if not given */
export async function startJupyterStandIn(token: string, port = 0): Promise<JupyterStandIn> {
  const isWelcome = ({ headers }: IncomingMessage): boolean =>
    headers.authorization === `token ${standIn.token}`;
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    if (!standIn.answers) {
      request.socket.destroy();
      return;
    }
    response.setHeader('Connection', 'close');
    if (!standIn.isJupyter) {
      response.end('<h1>hello</h1>');
      return;
    }
    if (request.url === '/api') response.end(JSON.stringify({ version: '2.14.0' }));
    else if (!isWelcome(request)) response.writeHead(403).end('{}');
    else if (request.url === '/api/status') {
      response.end(JSON.stringify({ started: 'today', kernels: standIn.notebooks.length }));
    } else {
      response.end(
        JSON.stringify(
          standIn.notebooks.map((name) => ({
            id: `session of ${name}`,
            name,
            path: name.replace('.ipynb', '-1a2b3c4d.ipynb'),
            kernel: { id: `kernel of ${name}`, name: 'python3', execution_state: 'idle' },
          })),
        ),
      );
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const standIn: JupyterStandIn = {
    port: (server.address() as AddressInfo).port,
    token,
    answers: true,
    isJupyter: true,
    get asked() {
      return asked;
    },
    notebooks: [],
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return standIn;
}
