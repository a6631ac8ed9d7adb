import { randomBytes } from 'node:crypto';
import { ifMatch, inCompartment, record, requireCompartment, shown } from '../answers';
import {
  addSecurityRules,
  createSecurityGroup,
  removeSecurityRules,
  updateSecurityGroup,
  updateSecurityRules,
} from '../bodies/network';
import { networkBasics, provision, rulesChanged } from '../network-state';
import { invalidParameter, stillReferenced } from '../oci-error';
import { listing, reading, writing, type Call, type Operation } from '../operation';
import type { SecurityGroup } from '../region';
import type { World } from '../world';

const path = '/20160918/networkSecurityGroups';
const one = `${path}/{networkSecurityGroupId}`;

/** Network security groups: the rules of single VNICs. */
export function securityGroupOperations(world: World): Operation[] {
  return [...groups(world), ...rules(world)];
}

function groups(world: World): Operation[] {
  return [
    listing('core', 'ListNetworkSecurityGroups', `GET ${path}`, {
      required: ['compartmentId'],
      filters: ['vcnId', 'displayName', 'lifecycleState'],
      optional: ['vlanId'],
      items: (call) => inCompartment(world, call, call.region.securityGroups),
      show: groupBody,
    }),
    reading('core', 'GetNetworkSecurityGroup', `GET ${one}`, {
      handle: (call) => shown(call.region.securityGroups, groupId(call), groupBody),
    }),
    writing('core', 'CreateNetworkSecurityGroup', `POST ${path}`, {
      body: createSecurityGroup,
      handle: ({ region }, body) => {
        requireCompartment(world, body.compartmentId);
        region.vcns.referred(body.vcnId);
        const group = { ...networkBasics(world, region, 'networksecuritygroup'), ...body, rules: [] };
        provision(world, region.securityGroups, group, { lifecycleState: 'AVAILABLE' });
        return record(region.securityGroups, group.id, groupBody);
      },
    }),
    writing('core', 'UpdateNetworkSecurityGroup', `PUT ${one}`, {
      body: updateSecurityGroup,
      handle: (call, body) => {
        const { securityGroups } = call.region;
        const { id } = securityGroups.visible(groupId(call));
        securityGroups.requireMatch(id, ifMatch(call));
        securityGroups.change(id, body);
        return record(securityGroups, id, groupBody);
      },
    }),
    reading('core', 'DeleteNetworkSecurityGroup', `DELETE ${one}`, {
      handle: (call) => {
        const { securityGroups, vnics } = call.region;
        const { id } = securityGroups.visible(groupId(call));
        securityGroups.requireMatch(id, ifMatch(call));
        const member = vnics.all().find((vnic) => vnic.nsgIds?.includes(id));
        if (member) throw stillReferenced('NetworkSecurityGroup', id, 'VNIC', member.id);
        securityGroups.remove(id);
        return { status: 204 };
      },
    }),
  ];
}

function rules(world: World): Operation[] {
  const change = async (
    call: Call,
    next: (group: SecurityGroup) => SecurityGroup['rules'],
  ): Promise<SecurityGroup> => {
    const { securityGroups } = call.region;
    const group = securityGroups.referred(groupId(call));
    const changed = securityGroups.change(group.id, { rules: next(group) });
    await rulesChanged(world, call);
    return changed;
  };
  const requireRule = (group: SecurityGroup, id: string): void => {
    if (!group.rules.some((rule) => rule.id === id))
      throw invalidParameter(`security rule ${id} is not of this group`);
  };

  return [
    listing('core', 'ListNetworkSecurityGroupSecurityRules', `GET ${one}/securityRules`, {
      filters: ['direction'],
      items: (call) => call.region.securityGroups.visible(groupId(call)).rules,
    }),
    writing('core', 'AddNetworkSecurityGroupSecurityRules', `POST ${one}/actions/addSecurityRules`, {
      body: addSecurityRules,
      handle: async (call, { securityRules }) => {
        const added = securityRules.map((rule) => ({
          isStateless: false,
          ...rule,
          id: randomBytes(3).toString('hex').toUpperCase(),
          isValid: true,
          timeCreated: world.time.iso(),
        }));
        await change(call, (group) => [...group.rules, ...added]);
        return { body: { securityRules: added } };
      },
    }),
    writing('core', 'UpdateNetworkSecurityGroupSecurityRules', `POST ${one}/actions/updateSecurityRules`, {
      body: updateSecurityRules,
      handle: async (call, { securityRules }) => {
        const changed = await change(call, (group) => {
          for (const rule of securityRules) requireRule(group, rule.id);
          return group.rules.map((rule) => ({
            ...rule,
            ...securityRules.find((update) => update.id === rule.id),
          }));
        });
        const ids = new Set(securityRules.map((rule) => rule.id));
        return { body: { securityRules: changed.rules.filter((rule) => ids.has(rule.id ?? '')) } };
      },
    }),
    writing('core', 'RemoveNetworkSecurityGroupSecurityRules', `POST ${one}/actions/removeSecurityRules`, {
      body: removeSecurityRules,
      handle: async (call, { securityRuleIds }) => {
        await change(call, (group) => {
          for (const id of securityRuleIds) requireRule(group, id);
          return group.rules.filter((rule) => !securityRuleIds.includes(rule.id ?? ''));
        });
        return { status: 204 };
      },
    }),
    listing('core', 'ListNetworkSecurityGroupVnics', `GET ${one}/vnics`, {
      items: (call) => {
        const { id } = call.region.securityGroups.visible(groupId(call));
        return call.region.vnics
          .all()
          .filter((vnic) => vnic.nsgIds?.includes(id))
          .map((vnic) => ({ vnicId: vnic.id, timeAssociated: vnic.timeCreated }));
      },
    }),
  ];
}

const groupId = ({ params }: Call): string => params['networkSecurityGroupId'] ?? '';

function groupBody({ rules: _rules, ...group }: SecurityGroup): object {
  return group;
}
