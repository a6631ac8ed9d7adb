import type { NotebookDocument } from 'vscode';
import type { JupyterServer, KernelSession } from '../../jupyter';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';
import type { NotebookIdStore } from './notebook-ids';
import { notebookName, sessionPath } from './notebook-ids';
import type { KernelTarget, NotReady } from './types';

/** A notebook's session, or why there is none. `released`: the notebook was closed meanwhile. */
export type SessionAnswer =
  { readonly kind: 'session'; readonly session: KernelSession } | { readonly kind: 'released' } | NotReady;

/** The sessions of one instance's notebooks: opened on first use, kept while the notebook is open. */
export interface TargetSessions {
  open(notebook: NotebookDocument, signal: AbortSignal): Promise<SessionAnswer>;
  /** The session if it is open. */
  peek(notebook: NotebookDocument): KernelSession | undefined;
  all(): readonly KernelSession[];
  /** Ends our side; the kernel goes on, so that the notebook finds it when it is opened again. */
  release(notebook: NotebookDocument): void;
  dispose(): void;
}

export function createTargetSessions(deps: {
  readonly target: () => KernelTarget;
  readonly ids: NotebookIdStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): TargetSessions {
  const open = new Map<string, { readonly session: KernelSession; readonly server: JupyterServer }>();
  const opening = new Map<
    string,
    { readonly answer: Promise<SessionAnswer>; readonly stop: AbortController }
  >();
  const keyOf = (notebook: NotebookDocument) => notebook.uri.toString();

  const openNew = async (notebook: NotebookDocument, signal: AbortSignal): Promise<SessionAnswer> => {
    const target = deps.target();
    const answer = await target.server(signal);
    if (answer.kind === 'notReady') return answer;
    const { openKernelSession } = await import('../../jupyter');
    const ids = deps.ids.of(target.id, notebook);
    const session = await openKernelSession({
      server: answer.server,
      notebook: { path: sessionPath(notebook, ids), name: notebookName(notebook), clientId: ids.clientId },
      clock: deps.clock,
      logger: deps.logger,
      signal,
    });
    if (signal.aborted) {
      session.dispose();
      signal.throwIfAborted();
    }
    open.set(keyOf(notebook), { session, server: answer.server });
    deps.target().kernelsChanged();
    session.onState((state) => {
      if (state === 'dead') deps.target().kernelsChanged();
    });
    return { kind: 'session', session };
  };

  return {
    async open(notebook, signal) {
      const key = keyOf(notebook);
      const known = open.get(key);
      if (known && known.session.state !== 'dead') {
        const answer = await deps.target().server(signal);
        if (answer.kind === 'notReady') return answer;
        // The tunnel may have another port by now: the kernel's link goes after it.
        if (answer.server !== known.server) known.server.moveTo(answer.server.address());
        return { kind: 'session', session: known.session };
      }
      known?.session.dispose();
      const pending = opening.get(key);
      if (pending) return await pending.answer;
      const stop = new AbortController();
      const answer = openNew(notebook, AbortSignal.any([signal, stop.signal]))
        .catch((error: unknown) => {
          if (stop.signal.aborted) return { kind: 'released' } as const;
          throw error;
        })
        .finally(() => {
          if (opening.get(key)?.stop === stop) opening.delete(key);
        });
      opening.set(key, { answer, stop });
      return await answer;
    },
    peek: (notebook) => open.get(keyOf(notebook))?.session,
    all: () => [...open.values()].map(({ session }) => session),
    release(notebook) {
      const key = keyOf(notebook);
      opening.get(key)?.stop.abort();
      opening.delete(key);
      open.get(key)?.session.dispose();
      open.delete(key);
    },
    dispose() {
      for (const { stop } of opening.values()) stop.abort();
      for (const { session } of open.values()) session.dispose();
      open.clear();
    },
  };
}
