import { probePort } from '../../ssh/address-probe';
import { SshError, silenceError } from '../../ssh/errors';
import type { ShownHostKey, SshConnection } from '../../ssh/types';
import { orAborted } from '../../waiting/or-aborted';
import { lookFor } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { trustedHostKeys, withTrustedHostKeys } from './host-key-check';
import type { StageTools } from '../stage';
import { connectLimitMs, firstContactLimits } from '../time-limits';

/** Tries in a row that get no answer at all, before a port counts as shut to us (milliseconds each). */
const silence = { tries: 3, limitMs: 5_000 };

/**
 * Connects and logs in. A host key that nothing vouches for is shown to the person once; what is trusted is noted.
 * On an instance's first boot a refused login is tried again: cloud-init places the key after sshd answers.
 * @throws SshError when it cannot be done
 */
export async function logIn(tools: StageTools, probe = probePort): Promise<SshConnection> {
  const connection = await tools.connection();
  if (connection.state.kind !== 'connected') await throwIfSilent(tools, probe);
  for (;;) {
    try {
      await connect(tools, connection);
      return connection;
    } catch (error) {
      const shown = unknownHostKey(tools, error);
      if (shown === undefined || !(await isTrustedByPerson(tools, shown))) throw error;
      await tools.update((record) => withTrustedHostKeys(record, shown, [shown]));
    }
  }
}

/**
 * A firewall drops what it does not let in: that is told long before the limit for a machine that answers slowly.
 * One that is booting is waited for by the stage before, and what a jump host sees is not to be seen from here.
 */
async function throwIfSilent(tools: StageTools, probe: typeof probePort): Promise<void> {
  const { host, port, jump } = tools.record().ssh;
  if (host === undefined || jump !== undefined || isFirstBoot(tools)) return;
  for (let tries = 0; tries < silence.tries; tries++) {
    if ((await probe(host, port, silence.limitMs, tools.signal)) !== 'timeout') return;
  }
  throw silenceError(host, port);
}

async function connect(tools: StageTools, connection: SshConnection): Promise<void> {
  let refusal: SshError | undefined;
  const connected = await lookFor(
    async (signal) => {
      try {
        await connection.connect({ signal, limitMs: connectLimitMs });
        return true;
      } catch (error) {
        if (!isFirstBoot(tools) || !mayStillChange(tools, error)) throw error;
        refusal = error;
        return undefined;
      }
    },
    cloudWaiting(tools, 'The login', loginLimitMs(tools)),
  );
  if (connected === undefined) throw refusal ?? new Error('The login ended without an answer.');
}

function isFirstBoot(tools: StageTools): boolean {
  const { origin, reachedAt } = tools.record();
  return origin.kind === 'oci' && reachedAt === undefined;
}

/** cloud-init may place the key later; and through a jump host nobody has waited for the port yet. */
function mayStillChange(tools: StageTools, error: unknown): error is SshError {
  if (!(error instanceof SshError)) return false;
  const { kind } = error.failure;
  return kind === 'authentication' || (kind === 'refused' && tools.record().ssh.jump !== undefined);
}

function loginLimitMs(tools: StageTools): number {
  const { origin } = tools.record();
  return origin.kind === 'oci' ? firstContactLimits(origin.plan.shape).loginMs : connectLimitMs;
}

/** The key that was refused for want of any known one; a key that differs from a known one is never asked about here. */
function unknownHostKey(tools: StageTools, error: unknown): ShownHostKey | undefined {
  if (!(error instanceof SshError) || error.failure.kind !== 'hostKeyRefused') return undefined;
  const { shown } = error.failure;
  return trustedHostKeys(tools.record(), shown).length === 0 ? shown : undefined;
}

async function isTrustedByPerson(tools: StageTools, shown: ShownHostKey): Promise<boolean> {
  return await orAborted(tools.questions.trustHostKey(tools.record(), shown), tools.signal);
}
