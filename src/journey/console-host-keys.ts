import { backoffMs } from '../waiting/backoff';
import { lookFor } from '../waiting/until';
import type { StageTools } from './stage';
import { ociOrigin, sayStep } from './stage';
import { consolePause, firstContactLimits } from './time-limits';

/**
 * Notes the machine's own host keys before the first connection: cloud-init prints them on the console in its final
 * stage, minutes after port 22 answers, so the console is captured again until they are complete.
 * When they do not come within the limit nothing is noted, and the person will be asked.
 */
export async function noteConsoleHostKeys(tools: StageTools): Promise<void> {
  const { instanceId, plan } = ociOrigin(tools.record());
  if (instanceId === undefined) return;
  await sayStep(tools, 'Reading the host key from the console');
  const cloud = await tools.cloud();
  const keys = await lookFor(
    async (signal) => {
      const printed = await cloud.hostKeyFingerprints(instanceId, signal);
      return printed.kind === 'complete' ? printed.keys : undefined;
    },
    {
      what: 'The host key on the console',
      limitMs: firstContactLimits(plan.shape).fingerprintsMs,
      everyMs: (looks) => backoffMs(consolePause, looks),
      signal: tools.signal,
      clock: tools.clock,
    },
  );
  if (keys === undefined) {
    tools.logger.warn(`${tools.record().name}: no complete host key fingerprints on the console`);
    return;
  }
  await tools.update((record) => ({ ...record, ssh: { ...record.ssh, hostKeys: [...keys] } }));
}
