import { BlockList, isIP, isIPv6 } from 'node:net';
import type { InstanceRecord } from '../../instances/record';
import type { AccessOutcome } from '../lab';
import type { LabDeps } from '../lab-deps';

/** Whom to let in, and to what. */
export interface SshAllowance {
  readonly deps: LabDeps;
  readonly record: InstanceRecord;
  /** Such as `203.0.113.7/32`. */
  readonly cidr: string;
  /** Told before a rule is added: it is to be taken back with the instance. */
  readonly onOpening?: () => Promise<unknown>;
}

/**
 * Opens port 22 of the lab's network to one more address, unless a rule lets it in already.
 */
export async function allowSshFrom(
  { deps, record, cidr, onOpening }: SshAllowance,
  signal?: AbortSignal,
): Promise<AccessOutcome> {
  const { origin } = record;
  if (origin.kind !== 'oci') {
    return {
      kind: 'failed',
      message: 'Who may reach this machine is not for OCI to say: look at its firewall.',
    };
  }
  const { plan, networkSecurityGroupId } = origin;
  if (networkSecurityGroupId === undefined) {
    return {
      kind: 'failed',
      message: 'This instance is in a network of yours: open port 22 in its security list.',
    };
  }
  const cloud = await deps.clouds.of(plan.profile, plan.region);
  const before = (await cloud.listSshSources(networkSecurityGroupId, signal)).map((source) => source.cidr);
  const by = before.find((range) => contains(range, cidr));
  if (by !== undefined) return { kind: 'wasOpen', cidr, by };
  await onOpening?.();
  await cloud.allowSshFrom(networkSecurityGroupId, cidr, signal);
  return { kind: 'opened', cidr, before };
}

/** Whether all of `cidr` lies in `range`. */
function contains(range: string, cidr: string): boolean {
  const [network = '', networkBits] = range.split('/');
  const [address = '', bits] = cidr.split('/');
  // A rule may also name a service of Oracle's instead of a range.
  if (isIP(network) === 0 || isIP(address) !== isIP(network)) return false;
  if (Number(bits) < Number(networkBits)) return false;
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  block.addSubnet(network, Number(networkBits), family);
  return block.check(address, family);
}
