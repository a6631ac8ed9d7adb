import { call } from './call';
import { listAll, type Clients } from './clients';
import { isCloudError } from './errors';
import type { Addresses, Instance } from './types';

/**
 * The addresses of an instance's primary VNIC; `undefined` until it has one. The VNIC is attached only while the
 * instance is provisioned, and its public address comes later still. A public address survives stop and start, but
 * read it again after a start all the same.
 */
export async function readAddresses(
  { compute, network }: Pick<Clients, 'compute' | 'network'>,
  { id: instanceId, compartmentId }: Pick<Instance, 'id' | 'compartmentId'>,
  signal?: AbortSignal,
): Promise<Addresses | undefined> {
  const attachments = await listAll('listVnicAttachments', signal, (next) =>
    compute.listVnicAttachments({ compartmentId, instanceId, ...next }),
  );
  const attached = attachments.flatMap(({ lifecycleState, vnicId }) =>
    (lifecycleState as string) === 'ATTACHED' && vnicId ? [vnicId] : [],
  );
  const vnics = await Promise.all(attached.map((vnicId) => readVnic({ network }, vnicId, signal)));
  const known = vnics.filter((vnic) => vnic !== undefined);
  const primary = known.find(({ isPrimary }) => isPrimary === true) ?? known[0];
  if (primary === undefined) return undefined;
  const { privateIp, publicIp, subnetId, nsgIds = [] } = primary;
  return {
    ...(privateIp ? { privateIp } : {}),
    ...(publicIp ? { publicIp } : {}),
    ...(subnetId ? { subnetId } : {}),
    ...(nsgIds.length > 0 ? { networkSecurityGroupIds: nsgIds } : {}),
  };
}

/** A VNIC may be unknown for a moment after its attachment is listed. */
async function readVnic({ network }: Pick<Clients, 'network'>, vnicId: string, signal?: AbortSignal) {
  try {
    return (await call('getVnic', signal, () => network.getVnic({ vnicId }))).vnic;
  } catch (error) {
    if (isCloudError(error, 'notFound')) return undefined;
    throw error;
  }
}
