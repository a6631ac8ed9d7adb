import type { TunnelFailure, TunnelState } from '../../ssh/tunnel';
import type { LastTry, NotAnswering, TunnelView } from '../lab';
import { jupyterPort } from './jupyter-at';

/** What a try has met, for the person. */
export function metBy(failure: TunnelFailure): LastTry {
  const isSilent = failure.kind === 'unreachable' && failure.isSilent === true;
  return { message: failure.message, ...(isSilent ? { isSilent } : {}) };
}

/** The same, where there was a try before. */
export function lastTry(failure: TunnelFailure | undefined): { readonly lastTry?: LastTry } {
  return failure ? { lastTry: metBy(failure) } : {};
}

/**
 * The tunnel as the person sees it.
 * @param because what answers in Jupyter's place
 * @param before why the attempt before this one has failed
 */
export function viewOf(
  state: TunnelState,
  because: NotAnswering,
  before: TunnelFailure | undefined,
): TunnelView {
  switch (state.kind) {
    case 'down':
      return { kind: 'down' };
    case 'starting':
      return { kind: 'starting', ...lastTry(state.reason ?? before) };
    case 'up':
    case 'inUseByUs':
      return { kind: 'up', localPort: state.port, moved: state.port !== jupyterPort };
    case 'reconnecting':
      return {
        kind: 'reconnecting',
        localPort: state.port,
        sinceMs: state.since,
        ...lastTry(state.reason),
      };
    case 'notAnswering':
      return { kind: 'notAnswering', because, localPort: state.port, sinceMs: state.since };
    case 'failed':
      return { kind: 'failed', ...metBy(state.reason) };
  }
}
