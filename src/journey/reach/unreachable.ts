import { CloudError } from '../../cloud/errors';
import type { FailedPhase } from '../../instances/phase';
import { hasPrivateAddress } from '../../instances/record';
import type { StageTools } from '../stage';
import { failed, ociOrigin, waysOut } from '../stage';

/** Port 22 of an instance does not answer from here: who may enter by its rules, and what can be done about it. */
export async function unreachable(
  tools: StageTools,
  at: 'booting' | 'connecting',
  host: string,
): Promise<FailedPhase> {
  const record = tools.record();
  const { networkSecurityGroupId } = ociOrigin(record);
  const { port } = record.ssh;
  const what = `The instance runs (and is billed), but ${host} does not answer on port ${String(port)} from here.`;
  if (networkSecurityGroupId === undefined) {
    const { plan } = ociOrigin(record);
    return hasPrivateAddress(plan)
      ? failed(tools, at, `${what} ${privateWords}`, waysOut(record, 'reachBy', 'retry'))
      : failed(tools, at, `${what} ${securityListWords}`, waysOut(record, 'retry'));
  }
  const sources = await letIn(tools, networkSecurityGroupId);
  return failed(tools, at, `${what} ${ruleWords(sources)}`, waysOut(record, 'allowMyAddress', 'retry'));
}

/** The ranges that the group lets in; undefined where this user may not read it. */
async function letIn(tools: StageTools, groupId: string): Promise<readonly string[] | undefined> {
  try {
    const cloud = await tools.cloud();
    return (await cloud.listSshSources(groupId, tools.signal)).map(({ cidr }) => cidr);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    tools.logger.warn(`${tools.record().name}: its security rule cannot be read`, error);
    return undefined;
  }
}

function ruleWords(sources: readonly string[] | undefined): string {
  if (sources === undefined) return 'Perhaps your address has changed since the launch.';
  if (sources.length === 0) return 'Its security rule lets nobody in: allow your present address.';
  return `Its security rule lets in ${sources.join(', ')} alone: if yours is another one by now, allow it.`;
}

const privateWords =
  'That is a private address, which answers only from inside its network: by VPN, peering or a jump host.';
const securityListWords = 'Port 22 must be open to your address in the security list of its subnet.';
