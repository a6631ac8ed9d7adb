import type { InstanceRecord } from '../../instances/record';
import type { Clock } from '../../ports/clock';
import type { Disposable } from '../../ports/disposable';
import { SshError } from '../../ssh/errors';
import { createTunnel, type Tunnel, type TunnelFailure, type TunnelState } from '../../ssh/tunnel';
import type { SshFailure } from '../../ssh/types';
import { backoffMs } from '../../waiting/backoff';
import { orAborted } from '../../waiting/or-aborted';
import { jupyterAt, jupyterPort, kernelsOf, loopback, sameKernels } from './jupyter-at';
import { createProbe, jupyterToken, type JupyterProbeDeps, type Probe } from './jupyter-probe';
import { lastTry, metBy, viewOf } from './tunnel-view';
import type { ActionOutcome, JupyterAccess, KernelView, NotAnswering, TunnelView } from '../lab';

const kernelsEveryMs = 10_000;
const openLimitMs = 60_000;
const probeLimitMs = 5_000;
/** Once a minute at last: a laptop that is offline all day costs nothing by it. */
const openAgain = { firstMs: 2_000, factor: 2, maxMs: 60_000, jitter: 0.2 };

/** What the tunnel to an instance's Jupyter needs. */
export interface JupyterTunnelDeps extends JupyterProbeDeps {
  record(): InstanceRecord;
  update(change: (current: InstanceRecord) => InstanceRecord): Promise<unknown>;
  readonly clock: Clock;
  changed(): void;
  /** The server shows a key that is not the known one: the person has to look at it before anything goes on. */
  hostKeyRefused(failure: HostKeyFailure): Promise<void>;
}

/** The local port that leads to the instance's Jupyter. Its state is what Jupyter says through it. */
export interface JupyterTunnel extends Disposable {
  readonly view: TunnelView;
  /** Those that run on the instance, as last asked while the tunnel was up. */
  readonly kernels: readonly KernelView[];
  /** Asks Jupyter anew which kernels run, if the tunnel is up. @throws when it does not tell */
  look(): Promise<void>;
  /** Opens it and keeps it open through drops, on the same local port from then on. */
  open(signal?: AbortSignal): Promise<ActionOutcome>;
  close(): void;
  /** See `Lab.jupyter`. */
  access(signal?: AbortSignal): Promise<JupyterAccess>;
}

/** Down until it is opened. */
export function createJupyterTunnel(deps: JupyterTunnelDeps): JupyterTunnel {
  let tunnel: Tunnel | undefined;
  let parts: readonly Disposable[] = [];
  let kernels: readonly KernelView[] = [];
  /** Questions for the kernels, and the one whose answer they are: a question can overtake another. */
  let asked = 0;
  let answered = 0;
  /** The one attempt that is under way; whoever asks meanwhile joins it. */
  let opening: { readonly stop: AbortController; readonly outcome: Promise<ActionOutcome> } | undefined;
  /** The pause before the next attempt. */
  let pause: AbortController | undefined;
  /** In a row. */
  let failures = 0;
  /** Why it could not be opened the last time; kept while it is opened again by itself. */
  let failure: TunnelFailure | undefined;
  /** What the last probe met that Jupyter did not answer as it should. */
  let notAnswering: NotAnswering = 'unreachable';

  const view = (): TunnelView => {
    if (tunnel) return viewOf(tunnel.state, notAnswering, failure);
    if (opening) return { kind: 'starting', ...lastTry(failure) };
    return failure ? { kind: 'failed', ...metBy(failure) } : { kind: 'down' };
  };

  /** Jupyter tells nobody when kernels come and go, so it is asked now and then while it can answer. */
  const lookAtKernels = async (): Promise<void> => {
    const shown = view();
    if (shown.kind !== 'up') return;
    const through = tunnel;
    const question = ++asked;
    const next = await kernelsOf(await jupyterAt(shown.localPort, await jupyterToken(deps), deps.logger));
    if (tunnel !== through || question < answered) return;
    answered = question;
    if (sameKernels(next, kernels)) return;
    kernels = next;
    deps.changed();
  };
  const lookQuietly = (): void => {
    lookAtKernels().catch((error: unknown) => deps.logger.debug('The kernels could not be listed', error));
  };

  /** The refusal that is being noted. */
  let noting = Promise.resolve();
  const tellRefusal = (refusal: HostKeyFailure): void => {
    noting = deps.hostKeyRefused(refusal).catch((error: unknown) => {
      deps.logger.error('The changed host key could not be noted', error);
    });
  };

  const letGo = (): void => {
    for (const part of parts) part.dispose();
    parts = [];
    tunnel = undefined;
    kernels = [];
  };

  const close = (): void => {
    opening?.stop.abort(new Error('The tunnel was closed.'));
    opening = undefined;
    pause?.abort();
    pause = undefined;
    failures = 0;
    failure = undefined;
    letGo();
    deps.changed();
  };

  /** What can pass by itself (offline, before the VPN is up) is tried again, with growing pauses. */
  const openLater = (reason: TunnelFailure): void => {
    if (!passesByItself(reason)) return;
    pause?.abort();
    const waiting = new AbortController();
    pause = waiting;
    failures += 1;
    const again = async (): Promise<void> => {
      await deps.clock.sleep(backoffMs(openAgain, failures), waiting.signal);
      const { phase, tunnel: wish } = deps.record();
      if (phase.kind === 'ready' && wish.wanted) await openAfter(reason);
    };
    again().catch((error: unknown) => {
      if (!waiting.signal.aborted) deps.logger.warn('The tunnel is not tried again', error);
    });
  };

  const onState = (state: TunnelState): void => {
    if (state.kind === 'up' || state.kind === 'notAnswering') failures = 0;
    deps.changed();
    lookQuietly();
    if (state.kind !== 'failed') return;
    failure = state.reason;
    if (isHostKeyFailure(state.reason)) tellRefusal(state.reason);
    if (!opening) openLater(state.reason);
  };

  /** Another window's port is only looked at: when it is gone, this window opens one of its own. */
  const takeOver = async (made: Tunnel, probe: Probe): Promise<void> => {
    const { state } = made;
    if (state.kind !== 'inUseByUs' || (await probe(state.port, AbortSignal.timeout(probeLimitMs)))) return;
    if (tunnel !== made) return;
    const reached = await made.start({ limitMs: openLimitMs });
    if ('port' in reached) await rememberPort(deps, reached.port);
  };

  const attempt = async (signal: AbortSignal): Promise<TunnelState> => {
    const probe = createProbe(deps, await jupyterToken(deps, signal), (met) => {
      if (notAnswering === met) return;
      notAnswering = met;
      deps.changed();
    });
    const made = createTunnel({
      connection: await orAborted(deps.live.connection(), signal),
      localPort: deps.record().tunnel.localPort ?? jupyterPort,
      remotePort: jupyterPort,
      isOurs: async (port) => (await jupyterAt(port, probe.token(), deps.logger)).isOwn(),
      probe: probe.answers,
      logger: deps.logger,
      clock: deps.clock,
    });
    signal.throwIfAborted();
    const look = setInterval(() => {
      lookQuietly();
      takeOver(made, probe.answers).catch((error: unknown) =>
        deps.logger.debug('The port of the other window could not be looked at', error),
      );
    }, kernelsEveryMs);
    look.unref();
    tunnel = made;
    parts = [made.onState(onState), made, { dispose: () => clearInterval(look) }];
    made.setVisible(true);
    const state = await made.start({ signal, limitMs: openLimitMs });
    signal.throwIfAborted();
    if ('port' in state) await rememberPort(deps, state.port);
    return state;
  };

  /** It fell before there was a tunnel whose state would tell. */
  const fellShort = (error: unknown): TunnelFailure => {
    const reason = toFailure(error);
    if (isHostKeyFailure(reason)) tellRefusal(reason);
    return reason;
  };

  const begin = async (stop: AbortController, signal: AbortSignal): Promise<ActionOutcome> => {
    const reason = await attempt(signal).then(
      (state) => (state.kind === 'failed' ? state.reason : undefined),
      (error: unknown) => (signal.aborted ? undefined : fellShort(error)),
    );
    if (opening?.stop === stop) opening = undefined;
    if (signal.aborted) return { kind: 'cancelled' };
    failure = reason;
    if (!reason) return { kind: 'done' };
    openLater(reason);
    // Whoever hears of the outcome finds the phase that goes with it.
    await noting;
    return { kind: 'failed', message: reason.message };
  };

  /** @param before why the attempt before this one has failed, where it is tried again by itself */
  const openAfter = (before: TunnelFailure | undefined, signal?: AbortSignal): Promise<ActionOutcome> => {
    if (opening) return opening.outcome;
    const { kind } = view();
    if (kind !== 'failed' && kind !== 'down') return Promise.resolve({ kind: 'done' });
    pause?.abort();
    failure = before;
    letGo();
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    opening = { stop, outcome: begin(stop, either).finally(() => deps.changed()) };
    deps.changed();
    return opening.outcome;
  };

  return {
    get view() {
      return view();
    },
    get kernels() {
      return kernels;
    },
    look: lookAtKernels,
    open: (signal) => openAfter(undefined, signal),
    close,
    access: async (signal) => {
      const { localPort } = deps.record().tunnel;
      if (localPort === undefined)
        throw new Error(`The tunnel to ${deps.record().name} has not been up yet.`);
      return { baseUrl: loopback(localPort), token: await jupyterToken(deps, signal) };
    },
    dispose: close,
  };
}

/** Whether it may be gone the next time without anybody's doing. */
function passesByItself({ kind }: TunnelFailure): boolean {
  return kind === 'unreachable' || kind === 'refused' || kind === 'lost';
}

function toFailure(error: unknown): TunnelFailure {
  if (error instanceof SshError) return error.failure;
  return { kind: 'protocol', message: error instanceof Error ? error.message : String(error) };
}

type HostKeyFailure = Extract<SshFailure, { kind: 'hostKeyChanged' | 'hostKeyRefused' }>;

function isHostKeyFailure(failure: TunnelFailure): failure is HostKeyFailure {
  return failure.kind === 'hostKeyChanged' || failure.kind === 'hostKeyRefused';
}

async function rememberPort(deps: JupyterTunnelDeps, localPort: number): Promise<void> {
  if (deps.record().tunnel.localPort === localPort) return;
  await deps.update((record) => ({ ...record, tunnel: { ...record.tunnel, localPort } }));
}
