import { isCloudError } from '../../cloud/errors';
import { toCidr } from '../../cloud/ssh-sources';
import type { InstanceRecord } from '../../instances/record';
import { openedTo } from './launch-journal';
import { isNetworkAwaited } from './network-users';
import type { StageTools } from '../stage';
import { ociOrigin } from '../stage';

/**
 * Removes the lab's network if nothing uses it. Where others do, port 22 is closed to whom it was opened for this
 * instance alone.
 * @param begunAt when the launch began to make the network (milliseconds), if it did
 */
export async function leaveNetwork(tools: StageTools, begunAt: number | undefined): Promise<void> {
  const cloud = await tools.cloud();
  const { compartmentId } = ociOrigin(tools.record()).plan;
  const isAwaited = () => isNetworkAwaited(tools);
  const removal = await cloud.removeLabNetworkIfUnused({ compartmentId, begunAt, isAwaited }, tools.signal);
  if (removal.kind === 'inUse') await closeToOwnAddresses(tools);
}

async function closeToOwnAddresses(tools: StageTools): Promise<void> {
  const record = tools.record();
  const { networkSecurityGroupId } = ociOrigin(record);
  if (networkSecurityGroupId === undefined) return;
  const neighbours = tools.others().filter((other) => isNeighbour(record, other));
  const cloud = await tools.cloud();
  for (const cidr of openedTo(record)) {
    if (neighbours.some((other) => wants(other, cidr))) continue;
    tools.logger.info(`${record.name}: closing port 22 to ${cidr}, which no other instance needs`);
    try {
      await cloud.revokeSshFrom(networkSecurityGroupId, cidr, tools.signal);
    } catch (error) {
      // The group has gone meanwhile, and its rules with it.
      if (!isCloudError(error, 'notFound')) throw error;
    }
  }
}

/** In the same network, or on its way there. */
function isNeighbour(record: InstanceRecord, { origin, phase }: InstanceRecord): boolean {
  if (origin.kind !== 'oci' || phase.kind === 'terminated') return false;
  const { plan, networkSecurityGroupId } = ociOrigin(record);
  if (origin.networkSecurityGroupId !== undefined)
    return origin.networkSecurityGroupId === networkSecurityGroupId;
  return origin.plan.compartmentId === plan.compartmentId && origin.plan.region === plan.region;
}

function wants(record: InstanceRecord, cidr: string): boolean {
  const { foundBy, plan } = ociOrigin(record);
  // Found by its tags, it has no journal: from where it is reached is not known.
  if (foundBy === 'tags') return true;
  const { network } = plan;
  return openedTo(record).has(cidr) || (network.kind === 'lab' && toCidr(network.allowSshFrom) === cidr);
}
