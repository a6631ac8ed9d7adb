import { window, workspace } from 'vscode';
import type { NotebookDocument } from 'vscode';
import type { JupyterServer, KernelSession } from '../../jupyter';
import type { TargetController } from './controller';
import type { KernelChoice, KernelTargets, NotebookKernels, NotebookPlace } from './types';

const serverLimitMs = 60_000;

/** What a person does to a kernel, whether its notebook is open here or not. */
export function createKernelActions(deps: {
  readonly controllers: ReadonlyMap<string, TargetController>;
  readonly targets: KernelTargets;
}): Pick<NotebookKernels, 'instanceOf' | 'restartKernel' | 'shutDownKernel'> {
  const { controllers, targets } = deps;

  /** Does it here, where the notebook's cells hear of it, else on the server. */
  const act = async (
    targetId: string,
    choice: KernelChoice,
    here: (session: KernelSession) => Promise<void>,
    there: (server: JupyterServer, kernelId: string) => Promise<void>,
  ): Promise<void> => {
    const sessions = controllers.get(targetId)?.sessions;
    const notebook = 'notebook' in choice ? notebookAt(choice.notebook) : undefined;
    const session =
      'kernelId' in choice
        ? sessions?.all().find(({ kernelId }) => kernelId === choice.kernelId)
        : notebook && sessions?.peek(notebook);
    if (session) {
      await here(session);
      return;
    }
    const target = targets.current().find(({ id }) => id === targetId);
    if (!target || !('kernelId' in choice)) {
      void window.showInformationMessage('No kernel runs for this notebook yet. Run a cell to start one.');
      return;
    }
    const answer = await target.server(AbortSignal.timeout(serverLimitMs));
    if (answer.kind === 'notReady') throw new Error(answer.reason);
    await there(answer.server, choice.kernelId);
  };

  return {
    instanceOf: (place) => {
      const notebook = notebookAt(place);
      if (!notebook) return undefined;
      return [...controllers].find(([, controller]) => controller.isSelectedFor(notebook))?.[0];
    },
    restartKernel: (targetId, choice) =>
      act(
        targetId,
        choice,
        (session) => session.restart(),
        (server, kernelId) => server.restart(kernelId),
      ),
    shutDownKernel: (targetId, choice) =>
      act(
        targetId,
        choice,
        (session) => session.shutdown(),
        (server, kernelId) => shutDown(server, kernelId),
      ),
  };
}

function notebookAt({ scheme, authority, path }: NotebookPlace): NotebookDocument | undefined {
  return workspace.notebookDocuments.find(
    ({ uri }) => uri.scheme === scheme && uri.authority === authority && uri.path === path,
  );
}

/** Sessions end with their kernels, so that no notebook is left with one that is gone. */
async function shutDown(server: JupyterServer, kernelId: string): Promise<void> {
  const sessions = await server.sessions();
  await Promise.all(
    sessions.filter(({ kernel }) => kernel.id === kernelId).map(({ id }) => server.endSession(id)),
  );
}
