import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { generateKey } from '../../../src/ssh/generate-key';
import { EventSource, type Event } from '../../../src/ports/disposable';
import { hostKeyOf, parsePublicLine } from '../../../src/ssh/public-key';
import type { HostKey } from '../../../src/ssh/types';

/** A small SSH server in this process: real key exchange, host key, login and forwarding, with made-up commands. */
export interface SshServer {
  readonly port: number;
  /** The host key that it shows. */
  readonly hostKey: HostKey;
  /** Logins that were tried. */
  readonly logins: number;
  /** Refuses the first so many logins before it lets anybody in, as before cloud-init has placed the key. */
  refuseLogins(count: number): void;
  /** What commands were run. */
  readonly commands: readonly string[];
  readonly onCommand: Event<string>;
  /** A client has gone. */
  readonly onLeft: Event<void>;
  close(): Promise<void>;
}

/** What a command answers; the first whose pattern matches. */
export type Answers = readonly (readonly [
  pattern: RegExp,
  /** `hangs`: it prints and goes on, until the client has enough. */
  answer: { readonly code?: number; readonly stdout?: string; readonly hangs?: boolean },
])[];

/** Starts one on a free loopback port. */
export async function startSshServer(answers: Answers = []): Promise<SshServer> {
  const { privateKeyPem, publicLine } = generateKey('host');
  const blob = parsePublicLine(publicLine)?.blob;
  if (!blob) throw new Error('The host key is malformed.');
  const clients = new Set<Connection>();
  const commands: string[] = [];
  const ran = new EventSource<string>();
  const left = new EventSource<void>();
  let logins = 0;
  let refusing = 0;
  const sockets = new Map<number, Socket>();
  const ssh = new ssh2.Server({ hostKeys: [privateKeyPem] }, (client, { port }) => {
    const socket = sockets.get(port);
    clients.add(client);
    client.on('error', () => client.end());
    client.on('close', () => {
      clients.delete(client);
      left.fire();
    });
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') {
        context.reject(['publickey']);
        return;
      }
      // A client first asks whether the key would do, and signs when it would.
      if (context.signature === undefined) logins++;
      if (logins > refusing) context.accept();
      else context.reject(['publickey']);
    });
    client.on('tcpip', (acceptForward, rejectForward, { destIP, destPort }) => {
      const onward = connect(destPort, destIP);
      onward.once('error', () => rejectForward());
      onward.once('connect', () => {
        const channel = acceptForward();
        channel.pipe(onward).pipe(channel);
      });
    });
    client.on('session', (acceptSession) => {
      acceptSession().on('exec', (acceptCommand, _reject, { command }) => {
        commands.push(command);
        // Start, output and end of a quick command come in one packet, as from a busy machine.
        socket?.cork();
        setImmediate(() => socket?.uncork());
        const channel = acceptCommand();
        const [, answer] = answers.find(([pattern]) => pattern.test(command)) ?? [];
        channel.resume();
        channel.write(answer?.stdout ?? '');
        ran.fire(command);
        if (answer?.hangs) return;
        channel.exit(answer?.code ?? 0);
        channel.end();
      });
    });
  });
  const server = createServer((socket) => {
    sockets.set(socket.remotePort ?? 0, socket);
    ssh.injectSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: hostKeyOf(blob),
    get logins() {
      return logins;
    },
    refuseLogins: (count) => {
      refusing = count;
    },
    commands,
    onCommand: ran.event,
    onLeft: left.event,
    close: async () => {
      for (const client of clients) client.end();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A private key as its file holds it, for logging in; of a kind that takes no time to make. */
export function aPrivateKey(): string {
  return anEcKey().export({ type: 'sec1', format: 'pem' }).toString();
}

/** One in a file that a passphrase opens. */
export function anEncryptedKey(passphrase: string): string {
  const cipher = { cipher: 'aes-256-cbc', passphrase };
  return anEcKey()
    .export({ type: 'pkcs8', format: 'pem', ...cipher })
    .toString();
}

function anEcKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
}
