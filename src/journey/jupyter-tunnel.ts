import type { InstanceRecord } from '../instances/record';
import type { JupyterServer } from '../jupyter';
import type { Clock } from '../ports/clock';
import type { Disposable } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import type { SecretStore } from '../ports/secrets';
import { createTunnel, type Tunnel, type TunnelFailure, type TunnelState } from '../ssh/tunnel';
import type { SshFailure } from '../ssh/types';
import { jupyterTokenSecret } from './kept-keys';
import type { ActionOutcome, JupyterAccess, KernelView, TunnelView } from './lab';
import type { LiveInstance } from './live-instance';

/** The port that the tutorial uses on both sides (M14). */
const jupyterPort = 8888;
const kernelsEveryMs = 10_000;

/** What the tunnel to an instance's Jupyter needs. */
export interface JupyterTunnelDeps {
  readonly id: string;
  record(): InstanceRecord;
  update(change: (current: InstanceRecord) => InstanceRecord): Promise<unknown>;
  readonly live: LiveInstance;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly logger: Logger;
  changed(): void;
  /** The server shows a key that is not the known one: the person has to look at it before anything goes on. */
  hostKeyRefused(failure: HostKeyFailure): Promise<void>;
}

/** The local port that leads to the instance's Jupyter. Its state is what Jupyter says through it. */
export interface JupyterTunnel extends Disposable {
  readonly view: TunnelView;
  /** Those that run on the instance, as last asked while the tunnel was up. */
  readonly kernels: readonly KernelView[];
  /** Opens it and keeps it open through drops, on the same local port from then on. */
  open(signal?: AbortSignal): Promise<ActionOutcome>;
  close(): void;
  /** @throws when the tunnel is not up */
  access(signal?: AbortSignal): Promise<JupyterAccess>;
}

/** Down until it is opened. */
export function createJupyterTunnel(deps: JupyterTunnelDeps): JupyterTunnel {
  let tunnel: Tunnel | undefined;
  let listening: Disposable | undefined;
  let kernels: readonly KernelView[] = [];
  let asking: NodeJS.Timeout | undefined;

  /** Jupyter tells nobody when kernels come and go, so it is asked now and then while it can answer. */
  const askForKernels = async (): Promise<void> => {
    if (tunnel?.state.kind !== 'up') return;
    const server = await serverAt(deps, tunnel.state.port, await jupyterToken(deps));
    const sessions = await server.sessions(AbortSignal.timeout(kernelsEveryMs));
    const next = sessions.map(({ kernel, path }) => ({
      id: kernel.id,
      notebook: path,
      state: kernel.execution_state,
    }));
    if (JSON.stringify(next) === JSON.stringify(kernels)) return;
    kernels = next;
    deps.changed();
  };
  const askQuietly = (): void => {
    askForKernels().catch((error: unknown) => deps.logger.debug('The kernels could not be listed', error));
  };

  const tellRefusal = (failure: HostKeyFailure): void => {
    deps.hostKeyRefused(failure).catch((error: unknown) => {
      deps.logger.error('The changed host key could not be noted', error);
    });
  };

  const close = (): void => {
    clearInterval(asking);
    listening?.dispose();
    tunnel?.dispose();
    kernels = [];
    tunnel = undefined;
    listening = undefined;
    deps.changed();
  };

  const open = async (signal?: AbortSignal): Promise<ActionOutcome> => {
    if (tunnel && tunnel.state.kind !== 'failed' && tunnel.state.kind !== 'down') return { kind: 'done' };
    close();
    let token = await jupyterToken(deps, signal);
    let readAnew = false;
    const probe = async (port: number, probing?: AbortSignal): Promise<boolean> => {
      const { kind } = await (await serverAt(deps, port, token)).status(probing);
      if (kind === 'answers') readAnew = false;
      // Changed on the instance, whose file is the truth; once, since another Jupyter there takes neither.
      if (kind === 'wrongToken' && !readAnew) {
        readAnew = true;
        await deps.secrets.delete(jupyterTokenSecret(deps.id));
        token = await jupyterToken(deps, probing);
      }
      return kind === 'answers';
    };
    const made = createTunnel({
      connection: await deps.live.connection(),
      localPort: deps.record().tunnel.localPort ?? jupyterPort,
      remotePort: jupyterPort,
      isOurs: async (port) => (await serverAt(deps, port, token)).isOwn(),
      probe,
      logger: deps.logger,
      clock: deps.clock,
    });
    tunnel = made;
    listening = made.onState((state) => {
      deps.changed();
      askQuietly();
      if (state.kind === 'failed' && isHostKeyFailure(state.reason)) tellRefusal(state.reason);
    });
    asking = setInterval(askQuietly, kernelsEveryMs);
    asking.unref();
    made.setVisible(true);
    const state = await made.start({ signal, limitMs: 60_000 });
    if ('port' in state) await rememberPort(deps, state.port);
    deps.changed();
    return state.kind === 'failed' ? { kind: 'failed', message: state.reason.message } : { kind: 'done' };
  };

  return {
    get view(): TunnelView {
      return tunnel ? viewOf(tunnel.state) : { kind: 'down' };
    },
    get kernels() {
      return kernels;
    },
    open,
    close,
    access: async (signal) => {
      const { localPort } = deps.record().tunnel;
      if (localPort === undefined) throw new Error(`The tunnel to ${deps.record().name} is not up.`);
      return { baseUrl: `http://127.0.0.1:${String(localPort)}/`, token: await jupyterToken(deps, signal) };
    },
    dispose: close,
  };
}

type HostKeyFailure = Extract<SshFailure, { kind: 'hostKeyChanged' | 'hostKeyRefused' }>;

function isHostKeyFailure(failure: TunnelFailure): failure is HostKeyFailure {
  return failure.kind === 'hostKeyChanged' || failure.kind === 'hostKeyRefused';
}

function viewOf(state: TunnelState): TunnelView {
  switch (state.kind) {
    case 'down':
      return { kind: 'down' };
    case 'starting':
      return { kind: 'starting' };
    case 'up':
      return { kind: 'up', localPort: state.port, moved: state.moved };
    case 'inUseByUs':
      return { kind: 'up', localPort: state.port, moved: state.port !== jupyterPort };
    case 'reconnecting':
      return { kind: 'reconnecting', localPort: state.port, sinceMs: state.since };
    case 'notAnswering':
      return { kind: 'notAnswering', localPort: state.port, sinceMs: state.since };
    case 'failed':
      return { kind: 'failed', message: state.reason.message };
  }
}

async function rememberPort(deps: JupyterTunnelDeps, localPort: number): Promise<void> {
  if (deps.record().tunnel.localPort === localPort) return;
  await deps.update((record) => ({ ...record, tunnel: { ...record.tunnel, localPort } }));
}

/** Kept as a secret; read again from its file on the instance when it has vanished. */
async function jupyterToken(deps: JupyterTunnelDeps, signal?: AbortSignal): Promise<string> {
  const key = jupyterTokenSecret(deps.id);
  const kept = await deps.secrets.get(key);
  if (kept !== undefined) return kept;
  const setup = await deps.live.setup();
  const token = await setup.jupyterToken(signal);
  await deps.secrets.store(key, token);
  return token;
}

/** The server behind a local port; the room of Jupyter is loaded with the first. */
async function serverAt({ logger }: JupyterTunnelDeps, port: number, token: string): Promise<JupyterServer> {
  const { createJupyterServer } = await import('../jupyter');
  return createJupyterServer({ baseUrl: `http://127.0.0.1:${String(port)}/`, token, logger });
}
