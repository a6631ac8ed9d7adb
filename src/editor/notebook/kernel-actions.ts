import { window } from 'vscode';
import type { NotebookDocument } from 'vscode';
import type { KernelSession } from '../../jupyter';
import type { TargetController } from './controller';
import { kernelOnServer, shutDown, type KernelOnServer } from './kernel-on-server';
import { notebookAt } from './notebook-at';
import { sessionPath, type NotebookIdStore } from './notebook-ids';
import type { KernelChoice, KernelTarget, KernelTargets, NotebookKernels } from './types';

/** What a person does to a kernel, whether its notebook is open here or not. */
export function createKernelActions(deps: {
  readonly controllers: ReadonlyMap<string, TargetController>;
  readonly targets: KernelTargets;
  readonly ids: NotebookIdStore;
}): Pick<NotebookKernels, 'restartKernel' | 'shutDownKernel'> {
  const { controllers, targets, ids } = deps;

  const kernelThere = async (
    target: KernelTarget,
    which: { readonly kernelId: string } | NotebookDocument | undefined,
  ): Promise<KernelOnServer | undefined> =>
    which &&
    (await kernelOnServer(
      target,
      'kernelId' in which ? which : { sessionPath: sessionPath(which, ids.of(target.id, which)) },
    ));

  /** Does it here, where the notebook's cells hear of it, else on the server. */
  const act = async (
    targetId: string,
    choice: KernelChoice,
    here: (session: KernelSession) => Promise<void>,
    there: (kernel: KernelOnServer) => Promise<void>,
  ): Promise<void> => {
    const sessions = controllers.get(targetId)?.sessions;
    const notebook = 'notebook' in choice ? notebookAt(choice.notebook) : undefined;
    const session =
      'kernelId' in choice
        ? sessions?.all().find(({ kernelId }) => kernelId === choice.kernelId)
        : notebook && sessions?.peek(notebook);
    if (session && session.state !== 'dead') {
      await here(session);
      return;
    }
    const target = targets.current().find(({ id }) => id === targetId);
    const kernel = target && (await kernelThere(target, 'kernelId' in choice ? choice : notebook));
    if (!kernel) {
      void window.showInformationMessage('No kernel runs for this notebook yet. Run a cell to start one.');
      return;
    }
    await there(kernel);
    target.kernelsChanged();
  };

  return {
    restartKernel: (targetId, choice) =>
      act(
        targetId,
        choice,
        (session) => session.restart(),
        ({ server, kernelId }) => server.restart(kernelId),
      ),
    shutDownKernel: (targetId, choice) => act(targetId, choice, (session) => session.shutdown(), shutDown),
  };
}
