import { workspace } from 'vscode';
import type { NotebookDocument } from 'vscode';
import { registerCompletion } from './completion';
import type { TargetController } from './controller';
import { createTargetController } from './controller';
import { notebookAt } from './notebook-at';
import { createNotebookIdStore, sessionPath } from './notebook-ids';
import type { NotebookKernels, NotebookKernelsDeps } from './types';

export type {
  KernelChoice,
  KernelTarget,
  KernelTargets,
  NextAction,
  NotebookKernels,
  NotebookKernelsDeps,
  NotebookPlace,
  NotReady,
} from './types';

/**
 * A notebook controller for each instance, there at once from the records, so that a notebook that is
 * opened finds its kernel. Loads `src/jupyter` when the first cell runs.
 *
 * Needs from package.json `activationEvents: ["onNotebook:jupyter-notebook"]`.
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

  const places = { controllers, targets, ids };
  return {
    instanceOf: (place) => {
      const notebook = notebookAt(place);
      return notebook && [...controllers].find(([, controller]) => controller.isSelectedFor(notebook))?.[0];
    },
    sessionPathOf: (targetId, place) => {
      const notebook = notebookAt(place);
      return notebook && sessionPath(notebook, ids.of(targetId, notebook));
    },
    restartKernel: async (targetId, choice) =>
      await (await import('./kernel-actions')).restartKernel(places, targetId, choice),
    shutDownKernel: async (targetId, choice) =>
      await (await import('./kernel-actions')).shutDownKernel(places, targetId, choice),
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
    dispose() {
      for (const part of owned) part.dispose();
      for (const controller of controllers.values()) controller.dispose();
      controllers.clear();
    },
  };
}
