import type { InstanceRecord } from '../../instances/record';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { SecretStore } from '../../ports/secrets';
import { jupyterAt, jupyterPort, kernelsOf, sameKernels } from './jupyter-at';
import { jupyterTokenSecret } from '../reach/kept-keys';
import type { KernelView, NotAnswering, TunnelView } from '../lab';

/** What looking at another window's tunnel needs. */
export interface FollowedTunnelDeps {
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly logger: Logger;
  changed(): void;
}

/** Another window's tunnel, as far as this one sees it: its local port, and what Jupyter answers there. */
export interface FollowedTunnel {
  readonly view: TunnelView;
  readonly kernels: readonly KernelView[];
  /** Asks Jupyter through the owner's port, as the record tells it. */
  look(record: InstanceRecord): Promise<void>;
}

const probeLimitMs = 5_000;

/** Opens nothing: only the owner acts. */
export function followTunnel(deps: FollowedTunnelDeps): FollowedTunnel {
  let view: TunnelView = { kind: 'down' };
  let kernels: readonly KernelView[] = [];

  const notAnswering = (localPort: number, because: NotAnswering): TunnelView => {
    const sinceMs =
      view.kind === 'notAnswering' && view.localPort === localPort ? view.sinceMs : deps.clock.now();
    return { kind: 'notAnswering', because, localPort, sinceMs };
  };

  const ask = async ({ id, phase, tunnel }: InstanceRecord): Promise<[TunnelView, readonly KernelView[]]> => {
    const { localPort, wanted } = tunnel;
    if (phase.kind !== 'ready' || !wanted) return [{ kind: 'down' }, []];
    if (localPort === undefined) return [{ kind: 'starting' }, []];
    const token = await deps.secrets.get(jupyterTokenSecret(id));
    if (token === undefined) return [otherSecrets, []];
    const server = await jupyterAt(localPort, token, deps.logger);
    const { kind } = await server.status(AbortSignal.timeout(probeLimitMs));
    if (kind === 'wrongToken') return [otherSecrets, []];
    if (kind !== 'answers') return [notAnswering(localPort, kind), []];
    return [{ kind: 'up', localPort, moved: localPort !== jupyterPort }, await kernelsOf(server)];
  };

  return {
    get view() {
      return view;
    },
    get kernels() {
      return kernels;
    },
    look: async (record) => {
      const [nextView, nextKernels] = await ask(record);
      const isSame = JSON.stringify(nextView) === JSON.stringify(view) && sameKernels(nextKernels, kernels);
      view = nextView;
      kernels = nextKernels;
      if (!isSame) deps.changed();
    },
  };
}

const otherSecrets: TunnelView = {
  kind: 'failed',
  message:
    'Another window holds the tunnel, and the token kept here does not open its JupyterLab. Work there.',
};
