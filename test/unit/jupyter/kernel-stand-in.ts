import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import { WebSocketServer } from 'ws';

const request = v.object({
  header: v.looseObject({ msg_id: v.string(), msg_type: v.string() }),
  content: v.looseObject({ code: v.optional(v.string()) }),
});

/** A request that the kernel has got; the test answers it. */
export interface Asked {
  readonly type: string;
  readonly code: string | undefined;
  /** `busy` or `idle`, caused by this request. */
  status(state: string): void;
  reply(content: Readonly<Record<string, unknown>>): void;
  /** What `input()` in the cell asks. */
  ask(prompt: string): void;
  /** As a kernel that works answers: busy, reply, idle. */
  answer(): void;
}

/** What answers as a Jupyter Server with one kernel. */
export interface KernelStandIn {
  readonly baseUrl: string;
  /** What the kernel does with a request; unless a test says otherwise, it answers. */
  onAsked: (asked: Asked) => void;
  /** The code of every cell that reached the kernel. */
  readonly codes: readonly string[];
  /** How often the server was asked to restart the kernel. */
  readonly restarts: number;
  /** Whether the server fails at restarting the kernel. */
  restartFails: boolean | 'once';
  /** What the server waits for before it answers to the nth restart. */
  beforeRestarted: (nth: number) => Promise<void>;
  /** The session id of every socket to the kernel, the latest last. */
  readonly sessionIds: readonly string[];
  /** Whether sockets to the kernel are taken. */
  takesSockets: boolean;
  /** The kernel died, and the server says that it starts another. */
  sayRestarting(): void;
  /** Cuts the sockets to the kernel. */
  cut(): void;
  close(): Promise<void>;
}

export async function startKernelStandIn(): Promise<KernelStandIn> {
  const codes: string[] = [];
  const sessionIds: string[] = [];
  let restarts = 0;
  const kernel = { id: 'one', name: 'python3', execution_state: 'idle' };
  const http = createServer((asked, response) => {
    const isRestart = asked.url?.endsWith('/restart') ?? false;
    if (isRestart) restarts += 1;
    const answer = () => {
      response.writeHead(isRestart && standIn.restartFails ? 500 : 200, { Connection: 'close' });
      if (isRestart && standIn.restartFails === 'once') standIn.restartFails = false;
      response.end(
        JSON.stringify(asked.url === '/api/sessions' ? { id: 's', path: 'p', name: 'n', kernel } : kernel),
      );
    };
    if (isRestart) void standIn.beforeRestarted(restarts).then(answer);
    else answer();
  });
  const channels = new WebSocketServer({ noServer: true, handleProtocols: () => false });
  http.on('upgrade', (asked, socket, head) => {
    if (!standIn.takesSockets) socket.destroy();
    else channels.handleUpgrade(asked, socket, head, (open) => channels.emit('connection', open, asked));
  });
  channels.on('connection', (socket, { url }) => {
    sessionIds.push(new URL(url ?? '', standIn.baseUrl).searchParams.get('session_id') ?? '');
    socket.on('message', (data) => {
      const { header, content } = v.parse(request, JSON.parse((data as Buffer).toString()));
      // To whatever socket there is by then, as a server does.
      const say = (channel: string, type: string, said: Readonly<Record<string, unknown>>): void => {
        for (const open of channels.clients) open.send(messageOf(channel, type, header, said));
      };
      const asked: Asked = {
        type: header.msg_type,
        code: content.code,
        status: (state) => say('iopub', 'status', { execution_state: state }),
        reply: (told) => say('shell', header.msg_type.replace('request', 'reply'), told),
        ask: (prompt) => say('stdin', 'input_request', { prompt, password: false }),
        answer: () => {
          asked.status('busy');
          asked.reply({ status: 'ok', execution_count: 1 });
          asked.status('idle');
        },
      };
      if (content.code !== undefined) codes.push(content.code);
      standIn.onAsked(asked);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const standIn: KernelStandIn = {
    baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    onAsked: (asked) => asked.answer(),
    codes,
    get restarts() {
      return restarts;
    },
    restartFails: false,
    beforeRestarted: () => Promise.resolve(),
    sessionIds,
    takesSockets: true,
    sayRestarting: () => {
      const message = messageOf('iopub', 'status', {}, { execution_state: 'restarting' });
      for (const socket of channels.clients) socket.send(message);
    },
    cut: () => {
      for (const socket of channels.clients) socket.terminate();
    },
    close: async () => {
      standIn.cut();
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
  return standIn;
}

function messageOf(channel: string, type: string, parent: unknown, content: unknown): string {
  return JSON.stringify({
    header: { msg_id: crypto.randomUUID(), msg_type: type },
    parent_header: parent,
    metadata: {},
    channel,
    content,
    buffers: [],
  });
}
