import * as v from 'valibot';
import type { Logger } from '../ports/logger';
import type { OutputEvent } from './kernel-events';
import { readKernelEvent } from './kernel-events';
import type { Incoming, Request } from './wire';
import { newRequest } from './wire';

/** How a cell's run ended. */
export type ExecutionOutcome =
  | { readonly kind: 'ok'; readonly executionCount: number | undefined; readonly outputMayBeMissing: boolean }
  | {
      readonly kind: 'error';
      readonly executionCount: number | undefined;
      readonly name: string;
      readonly message: string;
      readonly outputMayBeMissing: boolean;
    }
  /** It ended while the link was down, so whether it went well is not known; nor, unless `started`, whether it ran at all. */
  | { readonly kind: 'endedUnseen'; readonly started: boolean; readonly outputMayBeMissing: true }
  /** The kernel took it up and is idle again without a reply: an interrupt between its own steps, or a restart elsewhere. */
  | { readonly kind: 'unanswered' }
  /** Never sent: an interrupt came first, or the caller's signal. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'restarted' }
  | { readonly kind: 'died'; readonly message: string }
  /** Our side was closed; the kernel goes on with it. */
  | { readonly kind: 'detached' };

/** What the cell's owner wants to hear. */
export interface CellSink {
  onOutput(event: OutputEvent): void;
  /** Output that comes after the run has ended: a thread that it started still prints. */
  onLateOutput?(event: OutputEvent): void;
  /** The kernel took it up, as number `executionCount`. */
  onStarted?(executionCount: number): void;
  /** The request left with this id: keep it to go on after a reload. */
  onSent?(messageId: string): void;
  /** The link dropped while the cell ran. */
  onGap?(): void;
  /** `input()` or `getpass()`; `undefined` cancels the cell with an end of file… the caller interrupts instead. */
  onInputRequest(prompt: string, password: boolean): Promise<string | undefined>;
}

/** One run of a cell. */
export interface Execution {
  /** The message id of its request. */
  readonly id: string;
  readonly done: Promise<ExecutionOutcome>;
  readonly sent: boolean;
  /** The kernel was heard working on it. */
  readonly started: boolean;
  readonly ended: boolean;
  /** What `input()` was answered with, as long as nothing was heard of the cell since. */
  readonly unheardAnswer: Request | undefined;
  start(send: (request: Request) => void): void;
  /** A message whose parent is this run; after its end, output alone is of interest. */
  take(message: Incoming): void;
  noteGap(): void;
  end(outcome: ExecutionOutcome): void;
  endUnseen(): void;
}

interface ExecutionDeps {
  /** Absent when an earlier run is followed. */
  readonly code?: string | undefined;
  /** The message id of the earlier run. */
  readonly resumes?: string | undefined;
  readonly sink: CellSink;
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
  send(request: Request): void;
}

const executeReply = v.looseObject({
  status: v.string(),
  execution_count: v.nullish(v.number()),
  ename: v.optional(v.string(), ''),
  evalue: v.optional(v.string(), ''),
});
const inputRequest = v.looseObject({
  prompt: v.optional(v.string(), ''),
  password: v.optional(v.boolean(), false),
});

/** A run that is done when the kernel has both replied and gone idle: outputs may come after the reply. */
export function createExecution(deps: ExecutionDeps): Execution {
  const { sink, logger, signal } = deps;
  const request = newRequest('shell', 'execute_request', {
    code: deps.code ?? '',
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: true,
    stop_on_error: true,
  });
  const id = deps.resumes ?? request.id;
  let sent = deps.resumes !== undefined;
  let ended = false;
  let gap = false;
  let idle = false;
  /** An earlier window's run was. */
  let started = sent;
  let unheardAnswer: Request | undefined;
  let reply: v.InferOutput<typeof executeReply> | undefined;
  let finish: (outcome: ExecutionOutcome) => void = () => undefined;
  const done = new Promise<ExecutionOutcome>((resolve) => {
    finish = resolve;
  });

  const end = (outcome: ExecutionOutcome) => {
    if (ended) return;
    ended = true;
    signal?.removeEventListener('abort', onAbort);
    finish(outcome);
  };

  function onAbort() {
    if (!sent) end({ kind: 'dropped' });
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) end({ kind: 'dropped' });

  const endIfComplete = () => {
    if (!reply || !idle) return;
    const executionCount = reply.execution_count ?? undefined;
    if (reply.status === 'ok') {
      end({ kind: 'ok', executionCount, outputMayBeMissing: gap });
      return;
    }
    if (reply.status === 'aborted') {
      end({ kind: 'dropped' });
      return;
    }
    end({
      kind: 'error',
      executionCount,
      name: reply.ename,
      message: reply.evalue,
      outputMayBeMissing: gap,
    });
  };

  const answerInput = async (message: Incoming) => {
    const { prompt, password } = v.parse(inputRequest, message.content);
    const value = await sink.onInputRequest(prompt, password);
    if (value === undefined || ended) return;
    unheardAnswer = newRequest('stdin', 'input_reply', { status: 'ok', value }, message.header);
    deps.send(unheardAnswer);
  };

  const takeLate = (message: Incoming) => {
    const event = message.channel === 'iopub' ? readKernelEvent(message) : undefined;
    if (!event || event.kind === 'busy' || event.kind === 'idle' || event.kind === 'started') return;
    sink.onLateOutput?.(event);
  };

  return {
    id,
    done,
    get sent() {
      return sent;
    },
    get started() {
      return started;
    },
    get ended() {
      return ended;
    },
    get unheardAnswer() {
      return unheardAnswer;
    },
    start(send) {
      if (sent || ended) return;
      // As in Lab, a cell without code is not sent: it has nothing to show, and no number.
      if (deps.code?.trim() === '') {
        end({ kind: 'ok', executionCount: undefined, outputMayBeMissing: false });
        return;
      }
      sent = true;
      sink.onSent?.(id);
      send(request);
    },
    take(message) {
      if (ended) {
        takeLate(message);
        return;
      }
      started = true;
      unheardAnswer = undefined;
      if (message.channel === 'stdin') {
        answerInput(message).catch((error: unknown) => logger.error('input() could not be answered', error));
        return;
      }
      if (message.channel === 'shell') {
        reply = v.parse(executeReply, message.content);
        endIfComplete();
        return;
      }
      const event = readKernelEvent(message);
      if (!event || event.kind === 'busy') return;
      if (event.kind === 'idle') {
        idle = true;
        endIfComplete();
        return;
      }
      if (event.kind === 'started') sink.onStarted?.(event.executionCount);
      else sink.onOutput(event);
    },
    noteGap() {
      if (!sent || ended || gap) return;
      gap = true;
      sink.onGap?.();
    },
    end,
    endUnseen: () => {
      if (reply) {
        idle = true;
        gap = true;
        endIfComplete();
      } else if (started && !gap) end({ kind: 'unanswered' });
      else end({ kind: 'endedUnseen', started, outputMayBeMissing: true });
    },
  };
}
