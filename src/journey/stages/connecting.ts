import type { FailedPhase, Phase } from '../../instances/phase';
import { SshError } from '../../ssh/errors';
import type { SshConnection } from '../../ssh/types';
import type { Setup, SetupStatus } from '../../setup/types';
import { noteConsoleHostKeys } from '../reach/console-host-keys';
import { lookAtHost } from '../reach/host-look';
import { logIn } from '../reach/log-in';
import { readyPhase } from '../setup/ready-phase';
import { setupFailed } from '../setup/setup-failure';
import { setupOf } from '../setup/setup-plan';
import type { Stage, StageTools } from '../stage';
import { failed, ociOrigin, sayStep } from '../stage';
import { firstContactLimits } from '../time-limits';
import { unreachable } from '../reach/unreachable';

const bootWarning =
  'The first boot did not finish as it should (cloud-init failed), so something may be missing there; /var/log/cloud-init.log on it says what.';

/** From the open port to a login that works: host key, cloud-init, a look at an added host. Then on to what set-up says of itself. */
export const connecting: Stage = async (tools) => {
  const { origin, ssh } = tools.record();
  if (origin.kind === 'oci' && ssh.hostKeys.length === 0) await noteConsoleHostKeys(tools);
  await sayStep(tools, 'Logging in');
  const connection = await logInOr(tools);
  if ('kind' in connection) return connection;
  const notUsable = origin.kind === 'oci' ? await cloudInitDone(tools, connection) : undefined;
  if (notUsable) return notUsable;
  const refused = await lookAtHost(tools);
  if (refused) return refused;
  await tools.update((record) => ({ ...record, reachedAt: record.reachedAt ?? tools.clock.now() }));
  return await whatSetupSays(tools);
};

/** An instance that does not answer directly: its rules say who may enter. */
async function logInOr(tools: StageTools): Promise<SshConnection | FailedPhase> {
  const { origin, ssh } = tools.record();
  try {
    return await logIn(tools);
  } catch (error) {
    const isShut = error instanceof SshError && error.failure.kind === 'unreachable';
    if (!isShut || origin.kind !== 'oci' || ssh.host === undefined || ssh.jump !== undefined) throw error;
    tools.logger.warn(`${tools.record().name}: ${error.message}`);
    return await unreachable(tools, 'connecting', ssh.host);
  }
}

/**
 * cloud-init goes on after SSH answers; a package manager that it holds would fail set-up. One that has failed is no
 * reason to stop where its user may use sudo: most of the machine is there, and the warning stays with the record.
 * Its exit codes: 0 done, 2 done with recoverable errors, 1 failed (cloud-init docs, "status").
 */
async function cloudInitDone(tools: StageTools, connection: SshConnection): Promise<FailedPhase | undefined> {
  await sayStep(tools, 'Waiting for the first boot to finish');
  const { plan } = ociOrigin(tools.record());
  const done = await connection.exec('command -v cloud-init >/dev/null || exit 0; cloud-init status --wait', {
    signal: tools.signal,
    limitMs: firstContactLimits(plan.shape).cloudInitMs,
  });
  const hasFailed = done.code !== 0 && done.code !== 2;
  if (hasFailed) {
    tools.logger.warn(
      `cloud-init on ${tools.record().name} ended with ${String(done.code)}: ${done.stdout.trim()}`,
    );
  }
  await tools.update(({ bootWarning: _before, ...record }) =>
    hasFailed ? { ...record, bootWarning } : record,
  );
  return hasFailed && !(await mayUseSudo(tools, connection)) ? withoutSudo(tools) : undefined;
}

/** The user of an adopted machine may never have been meant to: set-up then stays in the home folder. */
async function mayUseSudo(tools: StageTools, connection: SshConnection): Promise<boolean> {
  if (ociOrigin(tools.record()).foundBy === 'adoption') return true;
  const command = '[ "$(id -u)" -eq 0 ] || sudo -n true';
  return (await connection.exec(command, { signal: tools.signal })).code === 0;
}

function withoutSudo(tools: StageTools): FailedPhase {
  const { user } = tools.record().ssh;
  const message = `The first boot did not finish as it should (cloud-init failed): ${user} has no sudo without a password, so nothing can be set up. /var/log/cloud-init.log on the instance says why.`;
  return failed(tools, 'connecting', message, ['retry', 'terminate']);
}

/** The truth about set-up is on the instance: another window, or an earlier day, may have done it. */
async function whatSetupSays(tools: StageTools): Promise<Phase> {
  const setup = await tools.setup();
  const status = await setup.status(tools.signal);
  if (status.kind !== 'none') await takeAskedSetup(tools, setup);
  const since = tools.clock.now();
  switch (status.kind) {
    case 'ended':
      return await ended(status, tools, since);
    case 'running':
      return { kind: 'settingUp', step: 'Set-up is running', index: 0, total: 0, since };
    case 'none':
      return tools.record().setup.way === null
        ? { kind: 'notSetUp' }
        : { kind: 'settingUp', step: 'Starting set-up', index: 0, total: 0, since };
  }
}

/** Launch tags say what was chosen once; the way and packages that are there now may be others. */
async function takeAskedSetup(tools: StageTools, setup: Setup): Promise<void> {
  const asked = await setup.asked(tools.signal);
  if (asked === undefined) return;
  await tools.update((record) => ({ ...record, setup: setupOf(record.setup, asked.way, asked) }));
}

async function ended(
  { outcome }: Extract<SetupStatus, { kind: 'ended' }>,
  tools: StageTools,
  since: number,
): Promise<Phase> {
  switch (outcome.kind) {
    case 'ready':
    case 'readyWithWarning':
      return await readyPhase(tools, outcome);
    case 'failed':
      if (tools.record().setup.way === null) return { kind: 'notSetUp' };
      // Nobody ended it: it was cut off, by a restart for one. What failed waits for a Retry.
      return outcome.reason === 'interrupted'
        ? { kind: 'settingUp', step: 'Going on with set-up', index: 0, total: 0, since }
        : setupFailed(tools, outcome);
    case 'cancelled':
      return { kind: 'notSetUp' };
  }
}
