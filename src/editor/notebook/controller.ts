import { notebooks, window, workspace } from 'vscode';
import type { NotebookCell, NotebookController, NotebookDocument } from 'vscode';
import type { CellSink, Execution, KernelSession, NotebookOutputs, OutputEvent } from '../../jupyter';
import type { Clock } from '../../ports/clock';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { NotebookIdStore } from './notebook-ids';
import type { CellSummary } from './cell-run';
import type { LateOutputs } from './late-outputs';
import type { OutputWriter } from './output-writer';
import { createTargetSessions } from './sessions';
import type { TargetSessions } from './sessions';
import type { KernelTarget } from './types';

/** Prefix of the controllers' ids: an instance's id follows. */
const idPrefix = 'oci-gpu-lab-';

/** The notebook controller of one instance. */
export interface TargetController extends Disposable {
  readonly controllerId: string;
  readonly sessions: TargetSessions;
  /** Shows the instance's present name, shape and state. */
  update(target: KernelTarget): void;
  isSelectedFor(notebook: NotebookDocument): boolean;
}

/** What a run needs to know of its notebook. */
interface NotebookRun {
  /** Of the cells that ran, made with the first. */
  outputs: NotebookOutputs<NotebookCell> | undefined;
  /** Who shows them: each cell's last run. */
  readonly writers: Map<NotebookCell, OutputWriter>;
  /** Each batch of cells runs after the one before. */
  chain: Promise<void>;
  /** Cells asked for before this moment are not started any more. */
  stop: AbortController;
  /** The cell that the kernel was asked to run, and the message id of that. */
  running: { readonly cell: NotebookCell; readonly messageId: string } | undefined;
}

export function createTargetController(deps: {
  readonly target: KernelTarget;
  readonly ids: NotebookIdStore;
  readonly clock: Clock;
  readonly logger: Logger;
}): TargetController {
  const { ids, logger, clock } = deps;
  let target = deps.target;
  const controllerId = idPrefix + target.id;
  const controller: NotebookController = notebooks.createNotebookController(
    controllerId,
    'jupyter-notebook',
    target.label,
  );
  controller.supportedLanguages = ['python'];
  controller.supportsExecutionOrder = true;
  const sessions = createTargetSessions({ target: () => target, ids, clock, logger });
  /** Made with the first run. */
  let lateOutputs: LateOutputs | undefined;
  const runs = new WeakMap<NotebookDocument, NotebookRun>();
  const selected = new Set<NotebookDocument>();
  const resuming = new Set<NotebookDocument>();

  const runOf = (notebook: NotebookDocument): NotebookRun => {
    const known = runs.get(notebook);
    if (known) return known;
    const made: NotebookRun = {
      outputs: undefined,
      writers: new Map(),
      chain: Promise.resolve(),
      stop: new AbortController(),
      running: undefined,
    };
    runs.set(notebook, made);
    return made;
  };

  /** Cells that were asked for before now, by a click of their own each, are not run. */
  const dropAskedFor = (run: NotebookRun) => {
    run.stop.abort();
    run.stop = new AbortController();
  };

  const interrupt = async (notebook: NotebookDocument) => {
    dropAskedFor(runOf(notebook));
    await sessions.peek(notebook)?.interrupt();
  };

  /** Opens the session, or tells why not. */
  const sessionFor = async (
    notebook: NotebookDocument,
    signal: AbortSignal,
  ): Promise<KernelSession | undefined> => {
    try {
      const answer = await sessions.open(notebook, signal);
      if (answer.kind === 'session') return answer.session;
      if (answer.kind === 'notReady') void (await import('./questions')).offerNextAction(answer);
    } catch (error) {
      if (signal.aborted) return undefined;
      logger.error(`no kernel on ${target.label}`, error);
      const why = error instanceof Error ? error.message : String(error);
      void window.showErrorMessage(`No kernel could be started on ${target.label}. ${why}`);
    }
    return undefined;
  };

  const runOne = async (
    cell: NotebookCell,
    begin: (session: KernelSession, sink: CellSink) => Execution,
    session: KernelSession,
    keepsOutputs: boolean,
  ): Promise<boolean> => {
    const [
      { createNotebookOutputs },
      { runCell, goesOn },
      { createOutputWriter },
      { askForInput },
      { createLateOutputs },
    ] = await Promise.all([
      import('../../jupyter'),
      import('./cell-run'),
      import('./output-writer'),
      import('./questions'),
      import('./late-outputs'),
    ]);
    const late = (lateOutputs ??= createLateOutputs({ controller, logger }));
    const run = runOf(cell.notebook);
    const outputs = (run.outputs ??= createNotebookOutputs<NotebookCell>());
    // The editor allows one execution a cell.
    run.writers.delete(cell);
    late.drop(cell);
    const execution = controller.createNotebookCellExecution(cell);
    const writer = createOutputWriter(execution, outputs.begin(cell), logger);
    run.writers.set(cell, writer);
    /** Applies it here. @returns the writers of the other cells that changed */
    const apply = (event: OutputEvent) =>
      outputs.apply(cell, event).flatMap((other) => run.writers.get(other) ?? []);
    let end: CellSummary | undefined;
    let isDetached = false;
    try {
      const outcome = await runCell({
        execution,
        writer,
        keepsOutputs,
        begin: (sink) => begin(session, sink),
        askForInput,
        interrupt: () => interrupt(cell.notebook),
        onSent: (messageId) => {
          run.running = { cell, messageId };
          noteRunning(cell.notebook, run);
        },
        apply: (event) => {
          for (const other of apply(event)) other.showThrough(execution);
        },
        applyLate: (event) => {
          // A run that came after this one has the cell now.
          if (end && run.writers.get(cell) === writer) late.show(cell, end, [writer, ...apply(event)]);
        },
        onEnded: (summary) => {
          end = summary;
        },
      });
      isDetached = outcome.kind === 'detached';
      // They count on what the kernel knew.
      if (outcome.kind === 'restarted' || outcome.kind === 'died') dropAskedFor(run);
      return goesOn(outcome);
    } finally {
      // A cell that runs on without us is followed again when the notebook or the window comes back.
      run.running = undefined;
      if (!isDetached) noteRunning(cell.notebook, run);
    }
  };

  const noteRunning = (notebook: NotebookDocument, { running }: NotebookRun) => {
    ids
      .noteRunning(target.id, notebook, running && { cell: running.cell.index, messageId: running.messageId })
      .catch((error: unknown) => logger.warn('the running cell could not be noted', error));
  };

  const runCells = async (cells: readonly NotebookCell[], notebook: NotebookDocument, stop: AbortSignal) => {
    const stopped = () => stop.aborted;
    if (stopped()) return;
    const session = await sessionFor(notebook, stop);
    if (!session) return;
    for (const cell of cells) {
      if (stopped()) return;
      const code = cell.document.getText();
      if (!(await runOne(cell, (on, sink) => on.execute(code, sink, stop), session, false))) return;
    }
  };

  /** Goes on with the cell that ran when the window was reloaded, as soon as its instance can be reached. */
  const resume = async (notebook: NotebookDocument) => {
    const { running } = ids.of(target.id, notebook);
    if (!running || running.cell >= notebook.cellCount || sessions.peek(notebook)) return;
    const answer = await sessions.open(notebook, runOf(notebook).stop.signal);
    if (answer.kind !== 'session') return;
    const cell = notebook.cellAt(running.cell);
    runOf(notebook).running = { cell, messageId: running.messageId };
    await runOne(cell, (on, sink) => on.resume(running.messageId, sink), answer.session, true);
  };

  controller.executeHandler = (cells, notebook) => {
    const run = runOf(notebook);
    const { signal } = run.stop;
    run.chain = run.chain
      .then(() => runCells(cells, notebook, signal))
      .catch((error: unknown) => logger.error('cells could not be run', error));
    return run.chain;
  };
  controller.interruptHandler = async (notebook) => {
    try {
      await interrupt(notebook);
    } catch (error) {
      logger.error('the kernel could not be interrupted', error);
      const why = error instanceof Error ? error.message : String(error);
      void window.showErrorMessage(`The cell on ${target.label} could not be stopped and may run on. ${why}`);
    }
  };

  const selection = controller.onDidChangeSelectedNotebooks(({ notebook, selected: isSelected }) => {
    if (!isSelected) {
      selected.delete(notebook);
      return;
    }
    selected.add(notebook);
    resumeSoon(notebook);
  });

  const resumeSoon = (notebook: NotebookDocument) => {
    if (resuming.has(notebook) || !ids.of(target.id, notebook).running || sessions.peek(notebook)) return;
    resuming.add(notebook);
    const run = runOf(notebook);
    run.chain = run.chain
      .then(() => resume(notebook))
      .catch((error: unknown) => logger.warn('the cell that ran before could not be followed', error))
      .finally(() => resuming.delete(notebook));
  };

  const cellsGone = workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
    const run = runs.get(notebook);
    if (!run) return;
    for (const cell of contentChanges.flatMap(({ removedCells }) => removedCells)) {
      run.outputs?.forget(cell);
      run.writers.delete(cell);
    }
    // Its place may be another one now.
    if (run.running && contentChanges.length > 0) noteRunning(notebook, run);
  });

  const update = (next: KernelTarget) => {
    target = next;
    // Usually the tunnel is not up yet when the window comes back.
    for (const notebook of selected) resumeSoon(notebook);
    controller.label = next.label;
    controller.description = next.description;
    controller.detail = next.detail;
  };
  update(target);

  return {
    controllerId,
    sessions,
    update,
    isSelectedFor: (notebook) => selected.has(notebook),
    dispose() {
      selection.dispose();
      cellsGone.dispose();
      lateOutputs?.dispose();
      sessions.dispose();
      controller.dispose();
    },
  };
}
