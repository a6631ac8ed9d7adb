import type { Cloud } from '../cloud/cloud';
import type { InstanceRecord } from '../instances/record';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { HostKey, HostKeyAnswer, HostKeyCheck } from '../ssh/types';
import { backoffMs } from '../waiting/backoff';
import { TimeLimitReached, until } from '../waiting/until';
import type { Questions } from './lab';
import { consolePause, firstContactLimits } from './time-limits';

/** What deciding about a host key needs. */
export interface HostKeyDeps {
  record(): InstanceRecord;
  /** Writes the keys that are trusted from now on. */
  trust(keys: readonly HostKey[]): Promise<unknown>;
  /** Absent for an SSH host. */
  readonly cloud: (() => Promise<Cloud>) | undefined;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Decides about the key that a server shows: one that is noted is trusted, another one is refused; where none
 * is noted yet, the console says which are the machine's own, and if it does not, the person is asked once.
 */
export function hostKeyCheck(deps: HostKeyDeps): HostKeyCheck {
  return async (shown) => {
    const known = deps.record().ssh.hostKeys;
    if (known.length > 0) return matches(shown, known) ? true : { changedFrom: known };
    const printed = await fingerprintsOnConsole(deps);
    if (printed.length > 0) return await compareWithConsole(deps, shown, printed);
    if (!(await deps.questions.trustHostKey(deps.record(), shown))) return false;
    await deps.trust([shown]);
    return true;
  };
}

async function compareWithConsole(
  deps: HostKeyDeps,
  shown: HostKey,
  printed: readonly HostKey[],
): Promise<HostKeyAnswer> {
  if (!matches(shown, printed)) return { changedFrom: printed };
  await deps.trust(printed);
  return true;
}

function matches(shown: HostKey, known: readonly HostKey[]): boolean {
  return known.some((key) => key.fingerprint === shown.fingerprint);
}

/** cloud-init prints them in its final stage, minutes after port 22 answers: captured again until they are complete. */
async function fingerprintsOnConsole(deps: HostKeyDeps): Promise<readonly HostKey[]> {
  const { origin } = deps.record();
  if (deps.cloud === undefined || origin.kind !== 'oci' || origin.instanceId === undefined) return [];
  const cloud = await deps.cloud();
  const { instanceId } = origin;
  try {
    return await until(
      async (signal) => {
        const found = await cloud.hostKeyFingerprints(instanceId, signal);
        return found.kind === 'complete' ? found.keys : undefined;
      },
      {
        what: 'The host key on the console',
        limitMs: firstContactLimits(origin.plan.shape).fingerprintsMs,
        everyMs: (looks) => backoffMs(consolePause, looks),
        signal: deps.signal,
        clock: deps.clock,
      },
    );
  } catch (error) {
    if (!(error instanceof TimeLimitReached)) throw error;
    deps.logger.warn(`${deps.record().name}: no complete fingerprints on the console`, error);
    return [];
  }
}
