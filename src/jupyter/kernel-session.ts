import type { Clock } from '../ports/clock';
import type { Event } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import type { Completion } from './completion';
import { askForCompletion, noCompletion } from './completion';
import { createEndProbe, replyGraceMs } from './end-probe';
import type { CellSink, Execution, ExecutionOutcome } from './execution';
import { createExecution } from './execution';
import { createExecutionQueue } from './execution-queue';
import { openKernelLink } from './kernel-link';
import { createKernelRequests } from './kernel-requests';
import { createKernelRevival } from './kernel-revival';
import type { KernelState } from './kernel-state';
import { createKernelState, statusWord } from './kernel-state';
import { watchForLostCell } from './lost-cell';
import { createRestartRequests } from './restart-requests';
import type { JupyterServer } from './server';
import type { Request } from './wire';

/** What ties a notebook to its kernel. Keep it across reloads, or up to 40 lines of output are lost. */
export interface NotebookIdentity {
  /** The session's path on the server: unique to the notebook, since the same path shares a kernel. */
  readonly path: string;
  /** The notebook's name, as Lab's list of running kernels shows it. */
  readonly name: string;
  /** `session_id` of the channels: a UUID made once for the notebook. */
  readonly clientId: string;
}

/** One notebook's kernel on a server. */
export interface KernelSession {
  readonly sessionId: string;
  readonly kernelId: string;
  readonly state: KernelState;
  readonly onState: Event<KernelState>;
  /** Runs code after everything that was asked for before. Never rejects: see the outcome. */
  execute(code: string, sink: CellSink, signal?: AbortSignal): Execution;
  /** Goes on with a cell that an earlier window started and that may still run. */
  resume(messageId: string, sink: CellSink): Execution;
  /** Stops the running cell; drops the queued ones. */
  interrupt(signal?: AbortSignal): Promise<void>;
  /** A fresh kernel under the same ids; the running cell ends as `restarted`, queued ones are dropped. */
  restart(signal?: AbortSignal): Promise<void>;
  /** Ends session and kernel on the server. */
  shutdown(signal?: AbortSignal): Promise<void>;
  /** What could stand at `cursor` (UTF-16 code units). Empty when the kernel is busy or does not answer in `limitMs`. */
  complete(code: string, cursor: number, limitMs?: number, signal?: AbortSignal): Promise<Completion>;
  /** Ends the link; the kernel goes on on the server. */
  dispose(): void;
}

/** What a session needs. */
export interface KernelSessionDeps {
  readonly server: JupyterServer;
  readonly notebook: NotebookIdentity;
  /** Absent: the server's default kernel. */
  readonly kernelName?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pingEveryMs?: number | undefined;
  /** Milliseconds between two looks whether the kernel still has the running cell. */
  readonly lookEveryMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds in which a cell that got its answer is heard of, after the link is back. */
const answerGraceMs = 2000;

/** Opens the notebook's session, or comes back to it with its kernel as it was. */
export async function openKernelSession(deps: KernelSessionDeps): Promise<KernelSession> {
  const { server, notebook, clock, logger } = deps;
  const { kernelName } = deps;
  const model = await server.openSession(
    { path: notebook.path, name: notebook.name, ...(kernelName === undefined ? {} : { kernelName }) },
    deps.signal,
  );
  const kernelId = model.kernel.id;
  const link = openKernelLink({
    server,
    kernelId,
    sessionId: notebook.clientId,
    clock,
    logger,
    pingEveryMs: deps.pingEveryMs,
  });
  try {
    await link.opened(deps.signal);
  } catch (error) {
    link.dispose();
    throw error;
  }

  const send = (request: Request) => link.send(request);
  const state = createKernelState(model.kernel.execution_state);
  const requests = createKernelRequests({ send });
  const disposed = new AbortController();
  const probe = createEndProbe({ send, onDeaf: () => renewLink(), clock, logger, signal: disposed.signal });
  const queue = createExecutionQueue({ logger, send });
  const restarts = createRestartRequests({ server, kernelId, clock });
  const revival = createKernelRevival({
    link,
    requests,
    clock,
    startAnew: async (signal) => {
      if (state.current === 'dead') return;
      logger.warn('the restarted kernel does not answer: it is restarted once more');
      await restarts.send(signal).catch((error: unknown) => logger.warn('it could not be restarted', error));
    },
    onBegin: () => {
      queue.hold();
      state.report('starting');
    },
    onAnswer: (found) => {
      state.report(found);
      releaseIfThere();
    },
  });

  /** Restarts and the like that were asked for and that the server has not done; two can overlap. */
  let endings = 0;
  /** Cells go to the kernel, unless it is about to be ended, or waited for. */
  const releaseIfThere = () => {
    if (endings === 0 && !revival.underWay) queue.release();
  };

  const end = () => {
    queue.endAll({ kind: 'died', message: kernelGone });
    state.die();
  };

  const onDeath = () => {
    logger.warn('the kernel died, and the server starts a new one');
    const { running } = queue;
    const isUnheard = running !== undefined && !running.started;
    if (isUnheard) running.end({ kind: 'died', message: kernelDiedUnheard });
    queue.endAll({ kind: 'died', message: kernelRestarted });
    if (revival.underWay) return;
    const replacing = revival.wait(disposed.signal);
    restarts.noteReplacement(replacing, !isUnheard);
    replacing.catch((error: unknown) => {
      if (disposed.signal.aborted) return;
      logger.error('the kernel did not come back', error);
      // A restart that was asked for meanwhile may still bring one.
      if (!revival.underWay) end();
    });
  };

  const onStatus = (word: string) => {
    if (word === 'restarting') onDeath();
    else if (word === 'dead') end();
    else if (!revival.underWay) state.report(word);
  };

  const renewLink = () => {
    if (revival.underWay) return;
    logger.warn('the kernel replies, and nothing that it publishes is heard: the link is opened anew');
    revival.renewLink(disposed.signal).catch((error: unknown) => {
      if (!disposed.signal.aborted) logger.error('the link could not be opened anew', error);
    });
  };

  /**
   * An interrupt between the kernel's own steps ends a cell without any reply (ipykernel 6 and 7,
   * `dispatch_shell`). A reply may also just be a moment behind: the two come by different channels.
   */
  const askForEndOf = (cell: Execution) => {
    clock.sleep(replyGraceMs, disposed.signal).then(
      () => cell.ended || probe.send(cell),
      (error: unknown) => {
        if (!disposed.signal.aborted) logger.error('a cell without a reply is not looked after', error);
      },
    );
  };

  /**
   * What `input()` was answered with can be gone with the link, and the cell would wait for good. A second answer to one
   * question does no harm: a kernel throws away what came before it asks the next.
   */
  const answerAgain = (cell: Execution) => {
    const answer = cell.unheardAnswer;
    if (!answer) return;
    clock.sleep(answerGraceMs, disposed.signal).then(
      () => {
        if (!cell.ended && cell.unheardAnswer === answer) send(answer);
      },
      (error: unknown) => {
        if (!disposed.signal.aborted) logger.error('input() is not answered again', error);
      },
    );
  };

  /**
   * Asks the server to end or restart the kernel. Its cell ends once it has; when it does not, the cell runs on, and
   * what it said meanwhile is missing. Cells that are asked for from now on wait.
   */
  const endKernel = async <T>(ask: () => Promise<T>, outcome: ExecutionOutcome): Promise<T> => {
    queue.hold();
    dropUnsent();
    const { running } = queue;
    endings += 1;
    let answer: T;
    try {
      answer = await ask();
    } catch (error) {
      endings -= 1;
      queue.noteGap();
      probe.send(queue.running);
      releaseIfThere();
      throw error;
    }
    endings -= 1;
    running?.end(outcome);
    link.forgetUnsent();
    probe.forget();
    return answer;
  };

  /** What waits for the link has reached no kernel: it is not to run in the next one, or after a stop. */
  const dropUnsent = (): { readonly hadLeft: boolean } => {
    queue.dropWaiting();
    const { running } = queue;
    if (!running || !link.withdraw(running.id)) return { hadLeft: true };
    running.end({ kind: 'dropped' });
    return { hadLeft: false };
  };

  watchForLostCell({
    server,
    kernelId,
    everyMs: deps.lookEveryMs ?? 15_000,
    clock,
    logger,
    signal: disposed.signal,
    running: () => queue.running,
    onLost: (cell) => probe.send(cell),
  });

  link.onMessage((message) => {
    probe.take(message);
    requests.take(message);
    const word = statusWord(message);
    if (word !== undefined) onStatus(word);
    // A kernel on its way out says things that are not the cell's end.
    if (endings > 0) return;
    const { running } = queue;
    queue.take(message);
    if (word === 'idle' && running?.id === message.parentId && !running.ended) askForEndOf(running);
  });

  link.onState((next) => {
    if (next === 'reconnecting') {
      queue.noteGap();
      state.linkDropped();
    } else if (next === 'open') {
      state.linkBack();
      probe.send(queue.running);
      if (queue.running) answerAgain(queue.running);
    } else if (next === 'gone') end();
  });

  return {
    sessionId: model.id,
    kernelId,
    get state() {
      return state.current;
    },
    onState: state.onChange,
    execute(code, sink, signal) {
      const execution = createExecution({ code, sink, signal, logger, send });
      if (state.current === 'dead') execution.end({ kind: 'died', message: kernelGone });
      return queue.add(execution);
    },
    resume(messageId, sink) {
      const execution = queue.add(createExecution({ resumes: messageId, sink, logger, send }));
      execution.noteGap();
      probe.send(queue.running);
      return execution;
    },
    async interrupt(signal) {
      if (!dropUnsent().hadLeft) return;
      const { running } = queue;
      await server.interrupt(kernelId, signal);
      // It can end the cell, or what was asked about its end, without a word.
      if (running && !running.ended) askForEndOf(running);
    },
    async restart(signal) {
      const replaceOrAsk = async () => {
        const isReplaced = await restarts.replaced(signal);
        if (!isReplaced) await restarts.send(signal);
        return isReplaced;
      };
      const isThere = await endKernel(replaceOrAsk, { kind: 'restarted' });
      try {
        if (!isThere) await revival.wait(signal);
      } catch (error) {
        // Its answer says how the kernel is: it may run on as it was.
        probe.send(undefined);
        throw error;
      } finally {
        releaseIfThere();
      }
    },
    async shutdown(signal) {
      await endKernel(() => server.endSession(model.id, signal), { kind: 'died', message: kernelShutDown });
      end();
      disposed.abort();
      link.dispose();
    },
    async complete(code, cursor, limitMs = 2000, signal) {
      // The kernel answers after the running cell, which can take hours.
      if (!queue.isEmpty || state.current !== 'idle') return noCompletion(cursor);
      return askForCompletion(requests, code, cursor, limitMs, signal);
    },
    dispose() {
      disposed.abort();
      link.dispose();
      queue.endAll({ kind: 'detached' });
    },
  };
}

const kernelGone = 'The kernel ended, and its variables are lost. Run a cell to start a new one.';
const kernelShutDown = 'The kernel was shut down while this cell ran.';
const kernelRestarted =
  'The kernel died while this cell ran (out of memory, or a crash in native code), and the server started a new one. Its variables are lost: run the cells above again.';
/** What was sent in vain reaches the next kernel, which has the same ports (seen with Jupyter Server 2.21). */
const kernelDiedUnheard =
  'The kernel died before it was heard working on this cell (out of memory, or a crash in native code), and the server started a new one, in which the cell may have run. Its variables are lost: run the cells above again.';
