import { ifMatch, inCompartment, record, requireCompartment, shown } from '../answers';
import { createSubnet, updateSubnet } from '../bodies/network';
import { networkBasics, provision, rulesChanged } from '../network-state';
import { invalidParameter, stillReferenced } from '../oci-error';
import { listing, reading, writing, type Operation } from '../operation';
import type { World } from '../world';

const path = '/20160918/subnets';

/** Subnets. One cannot be deleted while a VNIC is in it, nor for a while after. */
export function subnetOperations(world: World): Operation[] {
  return [
    listing('core', 'ListSubnets', `GET ${path}`, {
      required: ['compartmentId'],
      filters: ['vcnId', 'displayName', 'lifecycleState'],
      items: (call) => inCompartment(world, call, call.region.subnets),
    }),
    reading('core', 'GetSubnet', `GET ${path}/{subnetId}`, {
      handle: ({ region, params }) => shown(region.subnets, params['subnetId']),
    }),
    writing('core', 'CreateSubnet', `POST ${path}`, {
      body: createSubnet,
      handle: ({ region }, body) => {
        requireCompartment(world, body.compartmentId);
        const vcn = region.vcns.referred(body.vcnId);
        const { cidrBlock = body.ipv4CidrBlocks?.[0] } = body;
        if (cidrBlock === undefined) throw invalidParameter('cidrBlock is needed');
        const twin = region.subnets.all().find((one) => one.vcnId === vcn.id && one.cidrBlock === cidrBlock);
        if (twin)
          throw invalidParameter(`The requested CIDR ${cidrBlock} is invalid: subnet ${twin.id} overlaps it`);
        const {
          routeTableId = vcn.defaultRouteTableId ?? '',
          securityListIds = [vcn.defaultSecurityListId ?? ''],
        } = body;
        region.routeTables.referred(routeTableId);
        for (const id of securityListIds) region.securityLists.referred(id);
        const subnet = {
          prohibitPublicIpOnVnic: false,
          prohibitInternetIngress: false,
          ...networkBasics(world, region, 'subnet'),
          ...body,
          cidrBlock,
          routeTableId,
          securityListIds,
          virtualRouterIp: cidrBlock.replace(/\d+\/\d+$/, '1'),
          virtualRouterMac: '00:00:17:B6:4D:DD',
        };
        provision(world, region.subnets, subnet, { lifecycleState: 'AVAILABLE' });
        return record(region.subnets, subnet.id);
      },
    }),
    writing('core', 'UpdateSubnet', `PUT ${path}/{subnetId}`, {
      body: updateSubnet,
      handle: async (call, body) => {
        const { subnets, routeTables, securityLists } = call.region;
        const { id } = subnets.visible(call.params['subnetId'] ?? '');
        subnets.requireMatch(id, ifMatch(call));
        if (body.routeTableId !== undefined) routeTables.referred(body.routeTableId);
        for (const listId of body.securityListIds ?? []) securityLists.referred(listId);
        subnets.change(id, body);
        await rulesChanged(world, call);
        return record(subnets, id);
      },
    }),
    reading('core', 'DeleteSubnet', `DELETE ${path}/{subnetId}`, {
      handle: (call) => {
        const { subnets, vnics } = call.region;
        const { id } = subnets.visible(call.params['subnetId'] ?? '');
        subnets.requireMatch(id, ifMatch(call));
        const vnic = vnics.all().find((one) => one.subnetId === id);
        if (vnic) throw stillReferenced('Subnet', id, 'VNIC', vnic.id);
        subnets.remove(id);
        return { status: 204 };
      },
    }),
  ];
}
