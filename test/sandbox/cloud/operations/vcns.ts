import { ifMatch, inCompartment, record, requireCompartment, shown } from '../answers';
import { createVcn, updateVcn } from '../bodies/network';
import { newOcid } from '../ids';
import { networkBasics, provision } from '../network-state';
import { invalidParameter, limitExceeded, stillReferenced } from '../oci-error';
import { listing, reading, writing, type Operation } from '../operation';
import type { Region } from '../region';
import { usedOf } from '../usage';
import type { World } from '../world';

const path = '/20160918/vcns';

/** Virtual cloud networks, each with its default route table and default security list. */
export function vcnOperations(world: World): Operation[] {
  return [
    listing('core', 'ListVcns', `GET ${path}`, {
      required: ['compartmentId'],
      filters: ['displayName', 'lifecycleState'],
      items: (call) => inCompartment(world, call, call.region.vcns),
    }),
    reading('core', 'GetVcn', `GET ${path}/{vcnId}`, {
      handle: ({ region, params }) => shown(region.vcns, params['vcnId']),
    }),
    writing('core', 'CreateVcn', `POST ${path}`, {
      body: createVcn,
      handle: ({ region }, { cidrBlock, cidrBlocks: given, ...body }) => {
        requireCompartment(world, body.compartmentId);
        const limit = world.limits.find(({ name }) => name === 'vcn-count');
        if (limit && usedOf(limit, region) >= limit.value) throw limitExceeded(limit.name);
        const cidrBlocks = given ?? (cidrBlock === undefined ? [] : [cidrBlock]);
        const [first] = cidrBlocks;
        if (first === undefined) throw invalidParameter('one of cidrBlock and cidrBlocks is needed');
        const vcn = {
          ...networkBasics(world, region, 'vcn'),
          ...body,
          cidrBlock: first,
          cidrBlocks,
          defaultRouteTableId: newOcid('routetable', region.place),
          defaultSecurityListId: newOcid('securitylist', region.place),
          defaultDhcpOptionsId: newOcid('dhcpoptions', region.place),
          ...(body.dnsLabel === undefined ? {} : { vcnDomainName: `${body.dnsLabel}.oraclevcn.com` }),
        };
        provision(world, region.vcns, vcn, { lifecycleState: 'AVAILABLE' });
        addDefaults(world, region, vcn);
        return record(region.vcns, vcn.id);
      },
    }),
    writing('core', 'UpdateVcn', `PUT ${path}/{vcnId}`, {
      body: updateVcn,
      handle: (call, body) => {
        const { vcns } = call.region;
        const { id } = vcns.visible(call.params['vcnId'] ?? '');
        vcns.requireMatch(id, ifMatch(call));
        vcns.change(id, body);
        return record(vcns, id);
      },
    }),
    reading('core', 'DeleteVcn', `DELETE ${path}/{vcnId}`, {
      handle: (call) => {
        const { vcns, routeTables, securityLists } = call.region;
        const vcn = vcns.visible(call.params['vcnId'] ?? '');
        vcns.requireMatch(vcn.id, ifMatch(call));
        refuseWhileUsed(call.region, vcn.id, [vcn.defaultRouteTableId, vcn.defaultSecurityListId]);
        vcns.remove(vcn.id);
        routeTables.remove(vcn.defaultRouteTableId ?? '');
        securityLists.remove(vcn.defaultSecurityListId ?? '');
        return { status: 204 };
      },
    }),
  ];
}

interface NewVcn {
  readonly id: string;
  readonly compartmentId: string;
  readonly displayName: string;
  readonly defaultRouteTableId: string;
  readonly defaultSecurityListId: string;
}

function addDefaults(world: World, region: Region, vcn: NewVcn): void {
  const common = { compartmentId: vcn.compartmentId, vcnId: vcn.id, lifecycleState: 'AVAILABLE' };
  region.routeTables.insert({
    ...networkBasics(world, region, 'routetable'),
    ...common,
    id: vcn.defaultRouteTableId,
    displayName: `Default Route Table for ${vcn.displayName}`,
    routeRules: [],
  });
  region.securityLists.insert({
    ...networkBasics(world, region, 'securitylist'),
    ...common,
    id: vcn.defaultSecurityListId,
    displayName: `Default Security List for ${vcn.displayName}`,
    egressSecurityRules: [
      { destination: '0.0.0.0/0', destinationType: 'CIDR_BLOCK', protocol: 'all', isStateless: false },
    ],
    ingressSecurityRules: [
      {
        source: '0.0.0.0/0',
        sourceType: 'CIDR_BLOCK',
        protocol: '6',
        isStateless: false,
        tcpOptions: { destinationPortRange: { min: 22, max: 22 } },
      },
      {
        source: '0.0.0.0/0',
        sourceType: 'CIDR_BLOCK',
        protocol: '1',
        isStateless: false,
        icmpOptions: { type: 3, code: 4 },
      },
    ],
  });
}

function refuseWhileUsed(region: Region, vcnId: string, defaults: readonly (string | undefined)[]): void {
  const children = {
    Subnet: region.subnets,
    InternetGateway: region.gateways,
    NetworkSecurityGroup: region.securityGroups,
    RouteTable: region.routeTables,
    SecurityList: region.securityLists,
  };
  for (const [kind, table] of Object.entries(children)) {
    const child = table.all().find((one) => one.vcnId === vcnId && !defaults.includes(one.id));
    if (child) throw stillReferenced('VCN', vcnId, kind, child.id);
  }
}
