import type { Duplex, Readable, Writable } from 'node:stream';
import type { Disposable, Event } from '../ports/disposable';

/** Where and as whom to log in. */
export interface SshAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A host to go through first (OpenSSH's ProxyJump). */
  readonly jump?: SshAddress & { readonly identity: SshIdentity };
}

/** How to prove who we are. The private half never leaves this process, its file, or the agent. */
export type SshIdentity =
  | { readonly kind: 'key'; readonly privateKeyPem: string; readonly passphrase?: string }
  | { readonly kind: 'agent'; readonly socket: string; readonly publicKey: string };

/** What a server showed as its host key. */
export interface HostKey {
  /** For example `ssh-ed25519`. */
  readonly algorithm: string;
  /** OpenSSH's form: `SHA256:` and unpadded base64. */
  readonly fingerprint: string;
}

/** A place that shows a host key: the server itself, or a jump host on the way to it. */
export interface HostKeyPlace {
  readonly host: string;
  readonly port: number;
}

/** A host key, and where it was shown. */
export type ShownHostKey = HostKey & HostKeyPlace;

/** A refusal that can say why: the known keys that the shown one is not. */
export type HostKeyAnswer = boolean | { readonly changedFrom: readonly HostKey[] };

/**
 * Called once for each connection made, with the key shown and where it was shown (a jump host has its own).
 * Resolve true to go on. The handshake waits, but sshd hangs up after its LoginGraceTime (two minutes):
 * refuse what has to be asked about, and connect again with the answer.
 */
export type HostKeyCheck = (key: HostKey, where: HostKeyPlace) => Promise<HostKeyAnswer>;

/** What a command did. Output is UTF-8 text, cut at `maxOutputBytes`. */
export interface ExecResult {
  /** Exit status; null when a signal ended it. */
  readonly code: number | null;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** Written to the command's stdin, which is then closed. The way to hand over secrets. */
  readonly stdin?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; default 60,000. */
  readonly limitMs?: number;
  /** Bytes kept of each stream; default 4 MiB. */
  readonly maxOutputBytes?: number;
  /** Called with output as it comes. */
  readonly onOutput?: (chunk: string, stream: 'stdout' | 'stderr') => void;
}

/** An interactive shell with a pty. */
export interface SshShell extends Disposable {
  readonly output: Readable;
  readonly input: Writable;
  resize(columns: number, rows: number): void;
  readonly onExit: Event<number | null>;
}

/** A connection's state, for those who show it. */
export type SshState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'waiting';
      readonly attempt: number;
      readonly retryAtMs: number;
      readonly reason: SshFailure;
    }
  | { readonly kind: 'failed'; readonly reason: SshFailure }
  | { readonly kind: 'disposed' };

/** Why a connection could not be made or was lost. The message is fit for a person. */
export type SshFailure =
  | {
      readonly kind: 'unreachable';
      readonly message: string;
      /** The port gave no answer of any kind: a firewall drops what it does not let in. */
      readonly isSilent?: boolean;
    }
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'hostKeyChanged';
      readonly message: string;
      readonly shown: ShownHostKey;
      readonly expected: readonly HostKey[];
    }
  | { readonly kind: 'hostKeyRefused'; readonly message: string; readonly shown: ShownHostKey }
  | { readonly kind: 'authentication'; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string }
  | { readonly kind: 'protocol'; readonly message: string };

/**
 * The one connection to an instance that exec, SFTP, shells and tunnels share.
 * Connects on first use, reconnects after drops (with backoff, and at once when `nudge` is called,
 * as after a wake-up); at most eight session channels at once, shells first.
 * A command that was running when the link dropped fails with {@link SshError} of kind `lost`; it is never run twice.
 */
export interface SshConnection extends Disposable {
  readonly state: SshState;
  readonly onState: Event<SshState>;
  /** Resolves when connected. @throws SshError when it cannot be, for good or within `limitMs`. */
  connect(options?: { signal?: AbortSignal | undefined; limitMs?: number }): Promise<void>;
  /** Runs one command by the login shell; build it with `commandLine` from `quote.ts`, the only place that quotes. */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Starts a command whose stdout is read as a stream, for following a log. */
  stream(
    command: string,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<Readable & { readonly done: Promise<ExecResult> }>;
  /** Writes a file by SFTP: temporary name, then rename. Mode such as 0o600. */
  writeFile(path: string, content: string | Buffer, mode: number): Promise<void>;
  readFile(path: string): Promise<Buffer>;
  shell(size: { columns: number; rows: number }): Promise<SshShell>;
  /**
   * A direct-tcpip channel, as `ssh -L` opens for each connection.
   * @throws SshError of kind `refused` when nothing listens there, seen from the server.
   */
  forward(
    host: string,
    port: number,
    options?: { signal?: AbortSignal | undefined; limitMs?: number },
  ): Promise<Duplex>;
  /** As long as somebody holds the connection, it is made again after a drop without waiting for the next use. */
  hold(): Disposable;
  /** Try again now instead of waiting for the next backoff step, or for the end of a try that hangs. */
  nudge(): void;
}
