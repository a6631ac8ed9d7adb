import type { JupyterServer } from '../../jupyter';
import type { KernelTarget } from './types';

const serverLimitMs = 60_000;

/** A kernel, and the server that it runs on. */
export interface KernelOnServer {
  readonly server: JupyterServer;
  readonly kernelId: string;
}

/**
 * A kernel by its id, or by the path of its session: after a reload a notebook's kernel runs on, and nothing here
 * knows of it before the next cell.
 * @returns undefined when the server has no such kernel or session
 */
export async function kernelOnServer(
  target: KernelTarget,
  wish: { readonly kernelId: string } | { readonly sessionPath: string },
): Promise<KernelOnServer | undefined> {
  const limit = AbortSignal.timeout(serverLimitMs);
  const answer = await target.server(limit);
  if (answer.kind === 'notReady') throw new Error(answer.reason);
  const { server } = answer;
  if ('kernelId' in wish) {
    const kernel = await server.kernel(wish.kernelId, limit);
    return kernel && { server, kernelId: kernel.id };
  }
  const session = (await server.sessions(limit)).find(({ path }) => path === wish.sessionPath);
  return session && { server, kernelId: session.kernel.id };
}

/** Sessions end with their kernels, so that no notebook is left with one that is gone. */
export async function shutDown({ server, kernelId }: KernelOnServer): Promise<void> {
  const sessions = await server.sessions();
  await Promise.all(
    sessions.filter(({ kernel }) => kernel.id === kernelId).map(({ id }) => server.endSession(id)),
  );
}
