import * as v from 'valibot';
import type { Clock } from '../ports/clock';
import type { Event } from '../ports/disposable';
import { EventSource } from '../ports/disposable';
import type { Logger } from '../ports/logger';
import { until } from '../waiting/until';
import type { CellSink, Execution } from './execution';
import { createExecution } from './execution';
import { createExecutionQueue } from './execution-queue';
import type { LinkState } from './kernel-link';
import { openKernelLink } from './kernel-link';
import type { JupyterServer } from './server';
import type { Incoming, Request } from './wire';
import { newRequest } from './wire';

/** How a kernel stands, for people: what its link and its own words say together. */
export type KernelState = 'starting' | 'idle' | 'busy' | 'reconnecting' | 'dead';

/** Where a completion goes: offsets in UTF-16 code units, as editors count. */
export interface Completion {
  readonly matches: readonly { readonly text: string; readonly type?: string | undefined }[];
  readonly from: number;
  readonly to: number;
}

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
  /** IOPub messages that belong to no cell that runs: display updates from a thread, for one. */
  readonly onStrayMessage: Event<Incoming>;
  /** Runs code after everything that was asked for before. Never rejects: see the outcome. */
  execute(code: string, sink: CellSink, signal?: AbortSignal): Execution;
  /** Goes on with a cell that an earlier window started and that may still run. */
  resume(messageId: string, sink: CellSink): Execution;
  /** Stops the running cell; drops the queued ones. */
  interrupt(signal?: AbortSignal): Promise<void>;
  /** A fresh kernel under the same ids; running and queued cells end as `restarted`. */
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
  readonly signal?: AbortSignal | undefined;
}

const completeReply = v.looseObject({
  matches: v.array(v.string()),
  cursor_start: v.number(),
  cursor_end: v.number(),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
});
const typedMatches = v.array(v.looseObject({ text: v.string(), type: v.optional(v.string()) }));

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

  const states = new EventSource<KernelState>();
  const stray = new EventSource<Incoming>();
  const replies = new Map<string, (message: Incoming) => void>();
  const send = (request: Request) => link.send(request);
  const queue = createExecutionQueue({ logger, send });
  let state: KernelState = stateWord(model.kernel.execution_state);
  /** The execution state that the kernel reported last, for when the link is back. */
  let reported: KernelState = state;
  /** The request that tells, after a drop, what has ended meanwhile. */
  let probe:
    | { readonly id: string; readonly covers: Execution | undefined; replied: boolean; idle: boolean }
    | undefined;

  const become = (next: KernelState) => {
    if (state === next || state === 'dead') return;
    state = next;
    states.fire(next);
  };

  /** Under way while a kernel that was restarted has not answered yet. */
  let revival: Promise<void> | undefined;

  /**
   * Waits for a kernel that was restarted, by whomever, to answer. Its ports may have changed, and the
   * server looks for them only for a new socket: one that was opened too early reaches nobody, for good.
   */
  const revive = (signal?: AbortSignal): Promise<void> => {
    queue.hold();
    reported = 'starting';
    become('starting');
    const answers = async (): Promise<true | undefined> => {
      link.reconnect();
      await link.opened(signal);
      return (await ask('kernel_info_request', {}, 4000, signal)) ? true : undefined;
    };
    revival ??= until(answers, {
      what: 'the restarted kernel',
      limitMs: 60_000,
      everyMs: 200,
      signal,
      clock,
    })
      .then(() => {
        reported = 'idle';
        become('idle');
        queue.release();
      })
      .finally(() => {
        revival = undefined;
      });
    return revival;
  };

  const onDeath = () => {
    queue.endAll({ kind: 'died', message: kernelRestarted });
    if (revival) return;
    revive().catch((error: unknown) => {
      logger.error('the kernel did not come back', error);
      queue.endAll({ kind: 'died', message: kernelGone });
      become('dead');
    });
  };

  const onKernelStatus = (word: string) => {
    if (word === 'restarting') {
      logger.warn('the kernel died, and the server starts a new one');
      onDeath();
      return;
    }
    if (word === 'dead') {
      queue.endAll({ kind: 'died', message: kernelGone });
      become('dead');
      return;
    }
    // Until the restarted kernel has answered, what is heard may be the old one's.
    if (revival) return;
    reported = stateWord(word);
    become(reported);
  };

  /** After a drop: whatever was sent before this request and has not ended when it is answered has ended unseen. */
  const sendProbe = () => {
    const request = newRequest('shell', 'kernel_info_request', {});
    probe = {
      id: request.id,
      covers: queue.running,
      replied: false,
      idle: false,
    };
    link.send(request);
  };

  const onProbe = (message: Incoming) => {
    if (!probe || message.parentId !== probe.id) return;
    if (message.channel === 'shell') probe.replied = true;
    if (message.type === 'status' && statusWord(message) === 'idle') probe.idle = true;
    // Each channel keeps its order, but they overtake each other: only both prove that nothing is to come.
    if (!probe.replied || !probe.idle) return;
    const { covers } = probe;
    probe = undefined;
    if (covers && !covers.ended) covers.endUnseen();
  };

  link.onMessage((message) => {
    onProbe(message);
    replies.get(message.parentId)?.(message);
    if (message.channel === 'iopub' && message.type === 'status') {
      const word = statusWord(message);
      if (word) onKernelStatus(word);
    }
    if (!queue.take(message) && message.channel === 'iopub') stray.fire(message);
  });

  const onLink = (next: LinkState) => {
    if (next === 'reconnecting') {
      queue.noteGap();
      if (state !== 'starting') become('reconnecting');
    } else if (next === 'open') {
      if (state === 'reconnecting') become(reported);
      sendProbe();
    } else if (next === 'gone') {
      queue.endAll({ kind: 'died', message: kernelGone });
      become('dead');
    }
  };
  link.onState(onLink);

  return {
    sessionId: model.id,
    kernelId,
    get state() {
      return state;
    },
    onState: states.event,
    onStrayMessage: stray.event,
    execute(code, sink, signal) {
      const execution = createExecution({ code, sink, signal, logger, send });
      if (state === 'dead') execution.end({ kind: 'died', message: kernelGone });
      return queue.add(execution);
    },
    resume(messageId, sink) {
      const execution = queue.add(createExecution({ resumes: messageId, sink, logger, send }));
      execution.noteGap();
      sendProbe();
      return execution;
    },
    async interrupt(signal) {
      queue.dropWaiting();
      await server.interrupt(kernelId, signal);
    },
    async restart(signal) {
      queue.endAll({ kind: 'restarted' });
      probe = undefined;
      queue.hold();
      become('starting');
      try {
        await server.restart(kernelId, signal);
        await revive(signal);
      } finally {
        queue.release();
      }
    },
    async shutdown(signal) {
      queue.endAll({ kind: 'died', message: kernelGone });
      await server.endSession(model.id, signal);
      become('dead');
      link.dispose();
    },
    complete: (code, cursor, limitMs = 2000, signal) => complete(code, cursor, limitMs, signal),
    dispose() {
      link.dispose();
      queue.endAll({ kind: 'detached' });
    },
  };

  /** Sends a shell request and waits for its reply; `undefined` after the limit. */
  async function ask(
    type: string,
    content: Record<string, unknown>,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<Incoming | undefined> {
    const asked = newRequest('shell', type, content);
    const limit = AbortSignal.timeout(limitMs);
    try {
      return await new Promise<Incoming | undefined>((resolve) => {
        replies.set(asked.id, (message) => {
          if (message.channel === 'shell') resolve(message);
        });
        const giveUp = () => resolve(undefined);
        limit.addEventListener('abort', giveUp, { once: true });
        signal?.addEventListener('abort', giveUp, { once: true });
        link.send(asked);
      });
    } finally {
      replies.delete(asked.id);
    }
  }

  async function complete(
    code: string,
    cursor: number,
    limitMs: number,
    signal?: AbortSignal,
  ): Promise<Completion> {
    const nothing: Completion = { matches: [], from: cursor, to: cursor };
    // The kernel answers after the running cell, which can take hours.
    if (!queue.isEmpty || state !== 'idle') return nothing;
    const position = Array.from(code.slice(0, cursor)).length;
    const reply = await ask('complete_request', { code, cursor_pos: position }, limitMs, signal);
    const parsed = v.safeParse(completeReply, reply?.content);
    if (!parsed.success) return nothing;
    const typed = v.safeParse(typedMatches, parsed.output.metadata['_jupyter_types_experimental']);
    const points = Array.from(code);
    return {
      matches: typed.success ? typed.output : parsed.output.matches.map((text) => ({ text })),
      from: points.slice(0, parsed.output.cursor_start).join('').length,
      to: points.slice(0, parsed.output.cursor_end).join('').length,
    };
  }
}

const kernelGone = 'The kernel ended. Restart it to go on; its variables are lost.';
const kernelRestarted =
  'The kernel died while this cell ran (out of memory, or a crash in native code), and the server started a new one. Its variables are lost: run the cells above again.';

const statusContent = v.looseObject({ execution_state: v.string() });

function statusWord(message: Incoming): string | undefined {
  const parsed = v.safeParse(statusContent, message.content);
  return parsed.success ? parsed.output.execution_state : undefined;
}

function stateWord(word: string): KernelState {
  if (word === 'busy' || word === 'idle' || word === 'dead') return word;
  return 'starting';
}
