import type { JupyterServer } from '../../jupyter';
import type { Logger } from '../../ports/logger';
import type { SecretStore } from '../../ports/secrets';
import type { NotAnswering } from '../lab';
import { jupyterTokenSecret } from '../reach/kept-keys';
import type { LiveInstance } from '../reach/live-instance';
import { jupyterAt, loopback } from './jupyter-at';

/** What asking an instance's Jupyter needs. */
export interface JupyterProbeDeps {
  readonly id: string;
  readonly live: LiveInstance;
  readonly secrets: SecretStore;
  readonly logger: Logger;
}

/** Whether the instance's own Jupyter answers at a local port. */
export type Probe = (port: number, signal: AbortSignal) => Promise<boolean>;

/**
 * Asks Jupyter through the tunnel, with the token as it is by now.
 * @param onMet called with what is there in Jupyter's place, before the probe has its answer
 */
export function createProbe(
  deps: JupyterProbeDeps,
  first: string,
  onMet: (met: NotAnswering) => void,
): { readonly answers: Probe; readonly token: () => string } {
  let token = first;
  let readAnew = false;

  const ask = async (server: JupyterServer, signal: AbortSignal): Promise<'answers' | NotAnswering> => {
    const { kind } = await server.status(signal).catch((error: unknown) => {
      onMet('unreachable');
      throw error;
    });
    if (kind !== 'answers') onMet(kind);
    return kind;
  };

  return {
    token: () => token,
    answers: async (port, signal) => {
      const server = await jupyterAt(port, token, deps.logger);
      let met = await ask(server, signal);
      // Changed on the instance, whose file is the truth; once, since another Jupyter there takes neither.
      if (met === 'wrongToken' && !readAnew) {
        await deps.secrets.delete(jupyterTokenSecret(deps.id));
        token = await jupyterToken(deps, signal);
        readAnew = true;
        server.moveTo({ baseUrl: loopback(port), token });
        met = await ask(server, signal);
      }
      if (met === 'answers') readAnew = false;
      return met === 'answers';
    },
  };
}

/** Kept as a secret; read again from its file on the instance when it has vanished. */
export async function jupyterToken(
  deps: Omit<JupyterProbeDeps, 'logger'>,
  signal?: AbortSignal,
): Promise<string> {
  const key = jupyterTokenSecret(deps.id);
  const kept = await deps.secrets.get(key);
  if (kept !== undefined) return kept;
  const setup = await deps.live.setup();
  const token = await setup.jupyterToken(signal);
  await deps.secrets.store(key, token);
  return token;
}
