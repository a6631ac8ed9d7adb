import type { SetupEvent } from '../../src/setup/follow';
import type { SetupOutcome } from '../../src/setup/outcome';
import type { SetupPlan } from '../../src/setup/plan';
import type { Setup } from '../../src/setup/setup';
import type { PullEvent, StepEvent } from '../../src/setup/state-events';

/** A set-up from its start to its end. */
export interface FollowedRun {
  readonly outcome: SetupOutcome;
  /** The log of this run alone. */
  readonly log: string;
  /** The byte of the log at which the next run begins. */
  readonly logAt: number;
  readonly steps: readonly StepEvent[];
  readonly pulled: readonly PullEvent[];
}

/** The log that these events tell. */
export function logText(events: readonly SetupEvent[]): string {
  return Buffer.concat(events.flatMap((event) => (event.kind === 'log' ? [event.bytes] : []))).toString();
}

/** Starts a set-up and follows it to its end. @throws when it is refused, or not at its end after 8 minutes */
export async function followRun(
  setup: Setup,
  plan: SetupPlan,
  fromByte: number,
  registryKey?: string,
): Promise<FollowedRun> {
  const started = await setup.start(plan, undefined, registryKey === undefined ? {} : { registryKey });
  if (started.kind !== 'started') throw new Error(`set-up was not started: ${JSON.stringify(started)}`);
  const events: SetupEvent[] = [];
  for await (const event of setup.follow(fromByte, AbortSignal.timeout(8 * 60_000))) events.push(event);
  const last = events.at(-1);
  if (last?.kind !== 'ended') throw new Error('set-up was followed, but its end was not told');
  const logs = events.filter((event) => event.kind === 'log');
  return {
    outcome: last.outcome,
    log: logText(events),
    logAt: logs.at(-1)?.offset ?? fromByte,
    steps: events.filter((event) => event.kind === 'step'),
    pulled: events.filter((event) => event.kind === 'pull'),
  };
}
