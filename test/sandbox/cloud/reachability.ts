import { BlockList, isIPv4 } from 'node:net';
import type { Region } from './region';

/** The parts of a security rule that decide about port 22. */
interface IngressRule {
  readonly protocol: string;
  readonly source?: string;
  readonly sourceType?: string;
  readonly tcpOptions?: { readonly destinationPortRange?: { readonly min: number; readonly max: number } };
}

/** IANA's number of TCP, as OCI's rules name protocols. */
const TCP = '6';

/**
 * Whether port 22 of an instance answers to `caller` (an IPv4 address).
 * Rules of the subnet's security lists and of the VNIC's groups add up; a public address also needs a way out.
 */
export function isReachable(region: Region, instanceId: string, caller: string): boolean {
  const attachment = region.vnicAttachments.all().find((one) => one.instanceId === instanceId);
  const vnic = region.vnics.find(attachment?.vnicId);
  const subnet = region.subnets.find(vnic?.subnetId);
  if (!vnic || !subnet) return false;
  const rules: readonly IngressRule[] = [
    ...(subnet.securityListIds ?? []).flatMap(
      (id) => region.securityLists.find(id)?.ingressSecurityRules ?? [],
    ),
    ...(vnic.nsgIds ?? [])
      .flatMap((id) => region.securityGroups.find(id)?.rules ?? [])
      .filter((rule) => rule.direction === 'INGRESS'),
  ];
  const routed = subnet.prohibitPublicIpOnVnic === true || hasWayOut(region, subnet.routeTableId);
  return routed && rules.some((rule) => lets(rule, caller));
}

function lets({ protocol, source, sourceType, tcpOptions }: IngressRule, caller: string): boolean {
  const range = tcpOptions?.destinationPortRange;
  const port = range === undefined || (range.min <= 22 && 22 <= range.max);
  const cidr = (sourceType ?? 'CIDR_BLOCK') === 'CIDR_BLOCK' && source !== undefined;
  return (protocol === 'all' || protocol === TCP) && port && cidr && contains(source, caller);
}

function contains(cidr: string, address: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/');
  if (!isIPv4(network)) return false;
  const block = new BlockList();
  block.addSubnet(network, Number(bits), 'ipv4');
  return block.check(address, 'ipv4');
}

function hasWayOut(region: Region, routeTableId: string): boolean {
  const rules = region.routeTables.find(routeTableId)?.routeRules ?? [];
  return rules.some(
    (rule) =>
      (rule.destination ?? rule.cidrBlock) === '0.0.0.0/0' &&
      region.gateways.find(rule.networkEntityId)?.isEnabled === true,
  );
}

/** Opens and closes port 22 of every booted machine as the rules say by now. */
export async function applyReachability(region: Region, caller: string): Promise<void> {
  const running = [...region.machines].filter(
    ([id]) => region.instances.find(id)?.lifecycleState === 'RUNNING',
  );
  await Promise.all(
    running.map(async ([id, machine]) => (await machine).setReachable(isReachable(region, id, caller))),
  );
}
