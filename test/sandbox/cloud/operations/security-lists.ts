import { ifMatch, inCompartment, record, requireCompartment, shown } from '../answers';
import { createSecurityList, updateSecurityList } from '../bodies/network';
import { networkBasics, provision, rulesChanged } from '../network-state';
import { incorrectState, stillReferenced } from '../oci-error';
import { listing, reading, writing, type Operation } from '../operation';
import type { World } from '../world';

const path = '/20160918/securityLists';

/** Security lists: the rules of a whole subnet. */
export function securityListOperations(world: World): Operation[] {
  return [
    listing('core', 'ListSecurityLists', `GET ${path}`, {
      required: ['compartmentId'],
      filters: ['vcnId', 'displayName', 'lifecycleState'],
      items: (call) => inCompartment(world, call, call.region.securityLists),
    }),
    reading('core', 'GetSecurityList', `GET ${path}/{securityListId}`, {
      handle: ({ region, params }) => shown(region.securityLists, params['securityListId']),
    }),
    writing('core', 'CreateSecurityList', `POST ${path}`, {
      body: createSecurityList,
      handle: ({ region }, body) => {
        requireCompartment(world, body.compartmentId);
        region.vcns.referred(body.vcnId);
        const list = { ...networkBasics(world, region, 'securitylist'), ...body };
        provision(world, region.securityLists, list, { lifecycleState: 'AVAILABLE' });
        return record(region.securityLists, list.id);
      },
    }),
    writing('core', 'UpdateSecurityList', `PUT ${path}/{securityListId}`, {
      body: updateSecurityList,
      handle: async (call, body) => {
        const { securityLists } = call.region;
        const { id } = securityLists.referred(call.params['securityListId'] ?? '');
        securityLists.requireMatch(id, ifMatch(call));
        securityLists.change(id, body);
        await rulesChanged(world, call);
        return record(securityLists, id);
      },
    }),
    reading('core', 'DeleteSecurityList', `DELETE ${path}/{securityListId}`, {
      handle: (call) => {
        const { securityLists, subnets, vcns } = call.region;
        const { id } = securityLists.visible(call.params['securityListId'] ?? '');
        securityLists.requireMatch(id, ifMatch(call));
        if (vcns.all().some((vcn) => vcn.defaultSecurityListId === id)) {
          throw incorrectState('The default security list goes with its VCN');
        }
        const subnet = subnets.all().find((one) => one.securityListIds?.includes(id));
        if (subnet) throw stillReferenced('SecurityList', id, 'Subnet', subnet.id);
        securityLists.remove(id);
        return { status: 204 };
      },
    }),
  ];
}
