import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { SshError } from '../ssh/errors';
import { commandLine } from '../ssh/quote';
import type { SshConnection } from '../ssh/types';
import { backoffMs, type Backoff } from '../waiting/backoff';
import { createFrameReader, type Frame } from './frames';
import { failedOutcome, type SetupOutcome } from './outcome';
import { stateEvent, type PullEvent, type StepEvent } from './state-events';

/** What a follower of set-up meets. */
export type SetupEvent =
  /**
   * A piece of the log as it lies on the instance, where it may end within a character; `offset` is the byte after it,
   * from which another follower may go on.
   */
  | { readonly kind: 'log'; readonly bytes: Buffer; readonly offset: number }
  | StepEvent
  | PullEvent
  /** The connection was lost; set-up goes on by itself, and following goes on when the connection is back. */
  | { readonly kind: 'lost'; readonly message: string }
  /** The last event. */
  | { readonly kind: 'ended'; readonly outcome: SetupOutcome };

export interface FollowDeps {
  readonly connection: SshConnection;
  /** Where the scripts are on the instance. */
  readonly setupFolder: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

const comeBack: Backoff = { firstMs: 500, factor: 2, maxMs: 15_000, jitter: 0.3 };

/** How far the two files have been read, and what is still incomplete of each. */
interface Position {
  logBytes: number;
  stateBytes: number;
  stateText: string;
  outcome: SetupOutcome | undefined;
  stopped: boolean;
}

/**
 * Follows the log and the events of set-up from a byte of the log until set-up has ended, through lost connections.
 * A set-up that ended long ago is told from its files in the same way.
 * @throws the signal's reason when aborted; SshError when the connection cannot be made again for good.
 */
export async function* followSetup(
  deps: FollowDeps,
  fromByte: number,
  signal: AbortSignal,
): AsyncGenerator<SetupEvent, void> {
  const at = positionAt(fromByte);
  for (let losses = 0; ;) {
    try {
      for await (const event of followOnce(deps, at, signal)) {
        losses = 0;
        yield event;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) throw error;
      losses++;
      deps.logger.info(`following set-up was cut off: ${error.message}`);
      yield { kind: 'lost', message: error.message };
    }
    if (at.stopped) break;
    await deps.clock.sleep(backoffMs(comeBack, Math.max(1, losses)), signal);
  }
  yield { kind: 'ended', outcome: at.outcome ?? failedOutcome('', 'interrupted', '') };
}

function positionAt(logBytes: number): Position {
  return {
    logBytes,
    stateBytes: 0,
    stateText: '',
    outcome: undefined,
    stopped: false,
  };
}

function isPassing(error: unknown): error is SshError {
  return error instanceof SshError && ['lost', 'unreachable', 'refused'].includes(error.failure.kind);
}

async function* followOnce(
  { connection, setupFolder }: FollowDeps,
  at: Position,
  signal: AbortSignal,
): AsyncGenerator<SetupEvent, void> {
  const argv = ['bash', `${setupFolder}/follow.sh`, String(at.logBytes), String(at.stateBytes)];
  const output = await connection.stream(commandLine(argv), { signal });
  const read = createFrameReader();
  for await (const piece of output) {
    for (const frame of read(piece as Buffer)) yield* eventsOf(frame, at);
  }
  const { code, stderr } = await output.done;
  if (!at.stopped) throw new Error(`follow.sh ended with status ${code ?? 'none'}: ${stderr.slice(-500)}`);
}

function* eventsOf(frame: Frame, at: Position): Generator<SetupEvent, void> {
  switch (frame.kind) {
    case 'log':
      at.logBytes += frame.bytes.length;
      yield { kind: 'log', bytes: frame.bytes, offset: at.logBytes };
      return;
    case 'state': {
      at.stateBytes += frame.bytes.length;
      const lines = (at.stateText + frame.bytes.toString('utf8')).split('\n');
      at.stateText = lines.pop() ?? '';
      for (const line of lines) {
        const event = stateEvent(line);
        if (event?.kind === 'ended') at.outcome = event.outcome;
        else if (event !== undefined) yield event;
      }
      return;
    }
    case 'running':
      return;
    case 'stopped':
      at.stopped = true;
  }
}
