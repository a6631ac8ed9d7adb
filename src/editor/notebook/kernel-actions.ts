import { window } from 'vscode';
import type { NotebookDocument } from 'vscode';
import type { KernelSession } from '../../jupyter';
import type { TargetController } from './controller';
import { kernelOnServer, shutDown, type KernelOnServer } from './kernel-on-server';
import { notebookAt } from './notebook-at';
import { sessionPath, type NotebookIdStore } from './notebook-ids';
import type { KernelChoice, KernelTarget, KernelTargets } from './types';

/** Where kernels are found. */
export interface KernelPlaces {
  readonly controllers: ReadonlyMap<string, TargetController>;
  readonly targets: KernelTargets;
  readonly ids: NotebookIdStore;
}

/** A fresh kernel; its variables are lost. */
export async function restartKernel(
  places: KernelPlaces,
  targetId: string,
  choice: KernelChoice,
): Promise<void> {
  await act(
    places,
    targetId,
    choice,
    (session) => session.restart(),
    ({ server, kernelId }) => server.restart(kernelId),
  );
}

/** Ends the kernel and its session. */
export async function shutDownKernel(
  places: KernelPlaces,
  targetId: string,
  choice: KernelChoice,
): Promise<void> {
  await act(places, targetId, choice, (session) => session.shutdown(), shutDown);
}

/** Does it here, where the notebook's cells hear of it, else on the server. */
async function act(
  places: KernelPlaces,
  targetId: string,
  choice: KernelChoice,
  here: (session: KernelSession) => Promise<void>,
  there: (kernel: KernelOnServer) => Promise<void>,
): Promise<void> {
  const sessions = places.controllers.get(targetId)?.sessions;
  const notebook = 'notebook' in choice ? notebookAt(choice.notebook) : undefined;
  const session =
    'kernelId' in choice
      ? sessions?.all().find(({ kernelId }) => kernelId === choice.kernelId)
      : notebook && sessions?.peek(notebook);
  if (session && session.state !== 'dead') {
    await here(session);
    return;
  }
  const target = places.targets.current().find(({ id }) => id === targetId);
  const kernel = target && (await kernelThere(places, target, 'kernelId' in choice ? choice : notebook));
  if (!kernel) {
    void window.showInformationMessage(
      'kernelId' in choice
        ? 'This kernel has ended already.'
        : 'No kernel runs for this notebook yet. Run a cell to start one.',
    );
    target?.kernelsChanged();
    return;
  }
  await there(kernel);
  target.kernelsChanged();
}

async function kernelThere(
  { ids }: KernelPlaces,
  target: KernelTarget,
  which: { readonly kernelId: string } | NotebookDocument | undefined,
): Promise<KernelOnServer | undefined> {
  if (!which) return undefined;
  return await kernelOnServer(
    target,
    'kernelId' in which ? which : { sessionPath: sessionPath(which, ids.of(target.id, which)) },
  );
}
