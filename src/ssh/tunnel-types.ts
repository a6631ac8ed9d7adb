import type { Clock } from '../ports/clock';
import type { Disposable, Event } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import type { SshConnection, SshFailure } from './types';

/** What a tunnel is doing. `moved`: the preferred local port was taken, another one is used. */
export type TunnelState =
  | { readonly kind: 'down' }
  /** `reason`: what the last try met, as long as the next one goes on. */
  | { readonly kind: 'starting'; readonly reason?: SshFailure }
  /** The link is up and, where a probe was given, the service behind it answered it. */
  | { readonly kind: 'up'; readonly port: number; readonly moved: boolean }
  /** The link is up, but nothing answers at its other end. Times in milliseconds since the epoch. */
  | { readonly kind: 'notAnswering'; readonly port: number; readonly moved: boolean; readonly since: number }
  | {
      readonly kind: 'reconnecting';
      readonly port: number;
      readonly moved: boolean;
      readonly since: number;
      /** As for `starting`. */
      readonly reason?: SshFailure;
    }
  /** Another window already serves this instance on that port; nothing was opened. */
  | { readonly kind: 'inUseByUs'; readonly port: number }
  | { readonly kind: 'failed'; readonly reason: TunnelFailure };

/** Why a tunnel is not there. The message is fit for a person. */
export type TunnelFailure = SshFailure | { readonly kind: 'noLocalPort'; readonly message: string };

/** A local port that leads to a port of the instance. */
export interface Tunnel extends Disposable {
  readonly state: TunnelState;
  readonly onState: Event<TunnelState>;
  /** Opens it; resolves with the state reached (`up`, `notAnswering`, `inUseByUs` or `failed`). Never rejects. */
  start(options?: { signal?: AbortSignal | undefined; limitMs?: number }): Promise<TunnelState>;
  /** Closes the local port and all connections through it. */
  stop(): void;
  /** Probes now and resolves with the state that follows, for example after a wake-up. */
  check(): Promise<TunnelState>;
  /** Whether somebody sees the state: only then is it probed at intervals. */
  setVisible(visible: boolean): void;
}

/** What a tunnel needs. Times in milliseconds. */
export interface TunnelOptions {
  readonly connection: SshConnection;
  /** As seen from the instance; default 127.0.0.1. */
  readonly remoteHost?: string;
  /** Default 8888. */
  readonly remotePort?: number;
  /** Preferred local port; default 8888. 0 means any. */
  readonly localPort?: number;
  /** Ports tried after the preferred one, before any free one is taken; default 20. */
  readonly nextPorts?: number;
  /** Whether what listens on a taken port is this instance's own service, opened by another window. */
  readonly isOurs?: (port: number) => Promise<boolean>;
  /** Whether the service answers through the tunnel, for example an HTTP GET of Jupyter's `/api`. */
  readonly probe?: (port: number, signal: AbortSignal) => Promise<boolean>;
  /** Between two probes while visible; default 10,000. */
  readonly probeEveryMs?: number;
  /** For one probe; default 5,000. */
  readonly probeLimitMs?: number;
  /** How long a new local connection waits for a link that is down; default 5,000. */
  readonly waitForLinkMs?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
}
