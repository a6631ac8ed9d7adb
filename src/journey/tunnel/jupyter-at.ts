import type { JupyterServer } from '../../jupyter';
import type { Logger } from '../../ports/logger';
import type { KernelView } from '../lab';

/** The port that the tutorial uses on both sides (M14). */
export const jupyterPort = 8888;

/** A person may be waiting to be asked about them. */
const kernelsLimitMs = 3_000;

/** The server behind a local port; the room of Jupyter is loaded with the first. */
export async function jupyterAt(port: number, token: string, logger: Logger): Promise<JupyterServer> {
  const { createJupyterServer } = await import('../../jupyter');
  return createJupyterServer({ baseUrl: loopback(port), token, logger });
}

/** Where a local port is reached. */
export function loopback(port: number): string {
  return `http://127.0.0.1:${String(port)}/`;
}

/** The kernels that run there, each with its notebook. */
export async function kernelsOf(server: JupyterServer): Promise<readonly KernelView[]> {
  const sessions = await server.sessions(AbortSignal.timeout(kernelsLimitMs));
  return sessions.map(({ kernel, name, path }) => ({
    id: kernel.id,
    // Our own sessions have paths that no other client of Jupyter takes; people know the notebook by its name.
    notebook: name || path,
    sessionPath: path,
    state: kernel.execution_state,
  }));
}

export function sameKernels(some: readonly KernelView[], others: readonly KernelView[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}
