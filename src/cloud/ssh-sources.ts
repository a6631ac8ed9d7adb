import { isIP } from 'node:net';
import type { SecurityRule } from 'oci-core/lib/model';
import { call } from './call';
import { listAll } from './clients';
import { eventually } from './eventually';
import { CloudError } from './errors';
import type { NetworkDeps } from './network';

const tcp = '6';
const sshPort = 22;
const description = 'SSH, opened by OCI GPU Lab';

/** An address range that port 22 is open to. */
export interface SshSource {
  readonly ruleId: string;
  /** Such as `203.0.113.7/32`. */
  readonly cidr: string;
}

/** Where a group opens port 22 to. */
export async function listSshSources(
  deps: NetworkDeps,
  networkSecurityGroupId: string,
  signal?: AbortSignal,
): Promise<SshSource[]> {
  const rules = await listRules(deps, networkSecurityGroupId, signal);
  return rules.flatMap(({ id, source }) => (id && source ? [{ ruleId: id, cidr: source }] : []));
}

/** A rule that is about to be added. */
export interface NewSshRule {
  readonly networkSecurityGroupId: string;
  /** Such as `203.0.113.7/32`. */
  readonly cidr: string;
}

/** A rule that is wanted. */
export interface WantedSshRule {
  readonly networkSecurityGroupId: string;
  readonly addressOrCidr: string;
  /** Made just now: it has no rules, and may be unknown for a moment. */
  readonly isNewGroup?: boolean;
  /** Told before the rule is added, so that it can be written down that it is this caller's; not where it is there. */
  readonly onOpening?: ((rule: NewSshRule) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens port 22 to an address or range; nothing happens where it is open to it already. */
export async function allowSshFrom(
  deps: NetworkDeps,
  { networkSecurityGroupId, addressOrCidr, isNewGroup = false, onOpening, signal }: WantedSshRule,
): Promise<void> {
  const cidr = toCidr(addressOrCidr);
  const sources = isNewGroup ? [] : await listSshSources(deps, networkSecurityGroupId, signal);
  if (sources.some((source) => source.cidr === cidr)) return;
  await onOpening?.({ networkSecurityGroupId, cidr });
  await addSshSource(deps, networkSecurityGroupId, cidr, signal);
}

async function addSshSource(
  deps: NetworkDeps,
  networkSecurityGroupId: string,
  cidr: string,
  signal?: AbortSignal,
): Promise<void> {
  const { network, coreModels } = deps.clients;
  const rule = {
    direction: coreModels.AddSecurityRuleDetails.Direction.Ingress,
    protocol: tcp,
    source: cidr,
    sourceType: coreModels.AddSecurityRuleDetails.SourceType.CidrBlock,
    isStateless: false,
    tcpOptions: { destinationPortRange: { min: sshPort, max: sshPort } },
    description,
  };
  await eventually(
    () =>
      call('addNetworkSecurityGroupSecurityRules', signal, () =>
        network.addNetworkSecurityGroupSecurityRules({
          networkSecurityGroupId,
          addNetworkSecurityGroupSecurityRulesDetails: { securityRules: [rule] },
        }),
      ),
    { kinds: ['notFound', 'conflict'], what: 'The security group', clock: deps.clock, signal },
  );
}

/** Closes port 22 to an address or range. */
export async function revokeSshFrom(
  deps: NetworkDeps,
  networkSecurityGroupId: string,
  addressOrCidr: string,
  signal?: AbortSignal,
): Promise<void> {
  const cidr = toCidr(addressOrCidr);
  const sources = await listSshSources(deps, networkSecurityGroupId, signal);
  const securityRuleIds = sources.filter((source) => source.cidr === cidr).map(({ ruleId }) => ruleId);
  if (securityRuleIds.length === 0) return;
  await call('removeNetworkSecurityGroupSecurityRules', signal, () =>
    deps.clients.network.removeNetworkSecurityGroupSecurityRules({
      networkSecurityGroupId,
      removeNetworkSecurityGroupSecurityRulesDetails: { securityRuleIds },
    }),
  );
}

/** A group that has just been made may be unknown for a moment. */
async function listRules(
  { clients, clock }: NetworkDeps,
  networkSecurityGroupId: string,
  signal?: AbortSignal,
): Promise<SecurityRule[]> {
  const { network, coreModels } = clients;
  const rules = await eventually(
    () =>
      listAll('listNetworkSecurityGroupSecurityRules', signal, (next) =>
        network.listNetworkSecurityGroupSecurityRules({ networkSecurityGroupId, limit: 200, ...next }),
      ),
    { kinds: ['notFound'], what: 'The security group', limitMs: 20_000, clock, signal },
  );
  return rules.filter(
    ({ direction, protocol, tcpOptions }) =>
      direction === coreModels.SecurityRule.Direction.Ingress &&
      protocol === tcp &&
      tcpOptions?.destinationPortRange?.min === sshPort,
  );
}

/**
 * An address or range in CIDR form: a single address gets its full prefix.
 * @throws CloudError `invalid` when it is neither.
 */
export function toCidr(addressOrCidr: string): string {
  const [address = '', prefix, ...rest] = addressOrCidr.trim().split('/');
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  const length = prefix === undefined ? longest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (version === 0 || rest.length > 0 || !(length <= longest)) {
    throw new CloudError(`"${addressOrCidr}" is not an IP address or range.`, {
      kind: 'invalid',
      operation: 'allowSshFrom',
      nextAction: 'Give an address like 203.0.113.7 or a range like 203.0.113.0/24.',
    });
  }
  return `${address}/${length}`;
}
