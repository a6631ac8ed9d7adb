import { listAll, type Clients } from './clients';
import type { Subnet } from './types';

/** The subnets of a compartment that can be launched into, with the names of their networks. */
export async function listSubnets(
  { network }: Pick<Clients, 'network'>,
  compartmentId: string,
  signal?: AbortSignal,
): Promise<Subnet[]> {
  const [subnets, vcns] = await Promise.all([
    listAll('listSubnets', signal, (next) => network.listSubnets({ compartmentId, ...next })),
    listAll('listVcns', signal, (next) => network.listVcns({ compartmentId, ...next })),
  ]);
  const vcnNames = new Map(vcns.map(({ id, displayName }) => [id, displayName]));
  return subnets
    .filter(({ lifecycleState }) => (lifecycleState as string) === 'AVAILABLE')
    .map((subnet) => ({
      id: subnet.id,
      name: subnet.displayName ?? subnet.id,
      vcnId: subnet.vcnId,
      // A subnet may lie in a network of another compartment, which this list does not show.
      vcnName: vcnNames.get(subnet.vcnId) ?? '',
      cidr: subnet.cidrBlock ?? '',
      isPublic: subnet.prohibitPublicIpOnVnic !== true && subnet.prohibitInternetIngress !== true,
      ...(subnet.availabilityDomain ? { availabilityDomain: subnet.availabilityDomain } : {}),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
