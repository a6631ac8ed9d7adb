import { isCloudError } from '../../cloud/errors';
import type { Cloud } from '../../cloud/cloud';
import type { HostKey } from '../../ssh/types';
import { backoffMs } from '../../waiting/backoff';
import { lookFor, TimeLimitReached } from '../../waiting/until';
import type { StageTools } from '../stage';
import { ociOrigin, sayStep } from '../stage';
import { consolePause, firstContactLimits } from '../time-limits';

/**
 * Notes the machine's own host keys before the first connection: cloud-init prints them on the console in its final
 * stage, minutes after port 22 answers, so the console is captured again until they are complete.
 * When they do not come within the limit, or the console cannot be had, nothing is noted, and the person will be
 * asked: a machine that is billed must not be out of reach for want of a console.
 */
export async function noteConsoleHostKeys(tools: StageTools): Promise<void> {
  const { instanceId } = ociOrigin(tools.record());
  if (instanceId === undefined) return;
  await sayStep(tools, 'Reading the host key from the console');
  const cloud = await tools.cloud();
  const keys = await lookFor((signal) => printedKeys(tools, cloud, instanceId, signal), {
    what: 'The host key on the console',
    limitMs: awaitedMs(tools),
    everyMs: (looks) => backoffMs(consolePause, looks),
    signal: tools.signal,
    clock: tools.clock,
  });
  if (keys === undefined || keys.length === 0) {
    tools.logger.warn(`${tools.record().name}: no complete host key fingerprints on the console`);
    return;
  }
  await tools.update((record) => ({ ...record, ssh: { ...record.ssh, hostKeys: [...keys] } }));
}

/**
 * cloud-init prints them once in an instance's life, and a reboot may have taken them off the console: on a machine
 * that has run for longer, one capture says whether they are there. Milliseconds.
 */
function awaitedMs(tools: StageTools): number {
  const record = tools.record();
  const { plan, startedAt = 0 } = ociOrigin(record);
  const { fingerprintsMs } = firstContactLimits(plan.shape);
  const mayStillCome = record.reachedAt === undefined || tools.clock.now() - startedAt < fingerprintsMs;
  return mayStillCome ? fingerprintsMs : 0;
}

/** @returns none where this user may not read the console at all; undefined where another look may show them */
async function printedKeys(
  tools: StageTools,
  cloud: Cloud,
  instanceId: string,
  signal: AbortSignal | undefined,
): Promise<readonly HostKey[] | undefined> {
  try {
    const printed = await cloud.hostKeyFingerprints(instanceId, signal);
    return printed.kind === 'complete' ? printed.keys : undefined;
  } catch (error) {
    const isConsoles = isCloudError(error) || error instanceof TimeLimitReached;
    if (!isConsoles || isCloudError(error, 'notAuthenticated')) throw error;
    tools.logger.warn(`${tools.record().name}: the console cannot be read: ${error.message}`);
    return isCloudError(error, 'notFound', 'invalid', 'signUpRequired') ? [] : undefined;
  }
}
