import { window, workspace } from 'vscode';
import type { NotebookDocument } from 'vscode';
import { registerCompletion } from './completion';
import type { TargetController } from './controller';
import { createTargetController } from './controller';
import { createNotebookIdStore } from './notebook-ids';
import type { NotebookKernels, NotebookKernelsDeps } from './types';

export type {
  KernelTarget,
  KernelTargets,
  NextAction,
  NotebookKernels,
  NotebookKernelsDeps,
  NotReady,
} from './types';

/**
 * A notebook controller for each instance, there at once from the records, so that a notebook that is
 * opened finds its kernel. Loads `src/jupyter` when the first cell runs.
 *
 * Needs from package.json: `activationEvents: ["onNotebook:jupyter-notebook"]` and the commands
 * `ociGpu.openSampleNotebook` and `ociGpu.restartKernel` (in the menu `notebook/toolbar` too, when
 * `notebookKernel =~ /^oci-gpu-lab\..*\/oci-gpu-lab-/`), whose handlers are the methods returned here.
 */
export function createNotebookKernels(deps: NotebookKernelsDeps): NotebookKernels {
  const { targets, clock, logger } = deps;
  const ids = createNotebookIdStore(deps.memento);
  const controllers = new Map<string, TargetController>();

  const follow = () => {
    const present = new Map(targets.current().map((target) => [target.id, target]));
    for (const [id, controller] of controllers) {
      if (present.has(id)) continue;
      controller.dispose();
      controllers.delete(id);
    }
    for (const [id, target] of present) {
      const known = controllers.get(id);
      if (known) known.update(target);
      else controllers.set(id, createTargetController({ target, ids, clock, logger }));
    }
  };
  follow();

  const controllerOf = (notebook: NotebookDocument) =>
    [...controllers.values()].find((controller) => controller.isSelectedFor(notebook));
  const sessionOf = (notebook: NotebookDocument) => controllerOf(notebook)?.sessions.peek(notebook);

  const owned = [
    targets.onDidChange(follow),
    registerCompletion(sessionOf, logger),
    workspace.onDidCloseNotebookDocument((notebook) => {
      for (const controller of controllers.values()) controller.sessions.release(notebook);
    }),
  ];

  return {
    async openSample(targetId, file) {
      const controller = controllers.get(targetId);
      if (!controller) throw new Error('This instance has no kernels: it is not known any more.');
      const { openSample } = await import('./open-sample');
      await openSample(file, {
        extensionId: deps.extensionId,
        controllerId: controller.controllerId,
        samples: deps.samples,
        memento: deps.globalMemento,
      });
    },
    async restartKernel(targetId, kernelId) {
      const active = window.activeNotebookEditor?.notebook;
      const session =
        kernelId === undefined
          ? active && sessionOf(active)
          : controllers
              .get(targetId ?? '')
              ?.sessions.all()
              .find((open) => open.kernelId === kernelId);
      if (session) {
        await session.restart();
        return;
      }
      const target = targets.current().find(({ id }) => id === targetId);
      if (!target || kernelId === undefined) {
        void window.showInformationMessage('No kernel runs for this notebook yet. Run a cell to start one.');
        return;
      }
      const answer = await target.server(AbortSignal.timeout(60_000));
      if (answer.kind === 'notReady') throw new Error(answer.reason);
      await answer.server.restart(kernelId);
    },
    dispose() {
      for (const part of owned) part.dispose();
      for (const controller of controllers.values()) controller.dispose();
      controllers.clear();
    },
  };
}
