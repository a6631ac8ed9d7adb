import { ifMatch, inCompartment, record, requireCompartment, shown } from '../answers';
import {
  createInternetGateway,
  createRouteTable,
  updateInternetGateway,
  updateRouteTable,
} from '../bodies/network';
import { networkBasics, provision, rulesChanged } from '../network-state';
import { incorrectState, stillReferenced } from '../oci-error';
import { listing, reading, writing, type Operation } from '../operation';
import type { World } from '../world';

const gatewayPath = '/20160918/internetGateways';
const tablePath = '/20160918/routeTables';

/** Internet gateways, and the route tables that lead to them. */
export function gatewayOperations(world: World): Operation[] {
  return [...internetGateways(world), ...routeTables(world)];
}

function internetGateways(world: World): Operation[] {
  return [
    listing('core', 'ListInternetGateways', `GET ${gatewayPath}`, {
      required: ['compartmentId'],
      filters: ['vcnId', 'displayName', 'lifecycleState'],
      items: (call) => inCompartment(world, call, call.region.gateways),
    }),
    reading('core', 'GetInternetGateway', `GET ${gatewayPath}/{igId}`, {
      handle: ({ region, params }) => shown(region.gateways, params['igId']),
    }),
    writing('core', 'CreateInternetGateway', `POST ${gatewayPath}`, {
      body: createInternetGateway,
      handle: ({ region }, body) => {
        requireCompartment(world, body.compartmentId);
        region.vcns.referred(body.vcnId);
        const other = region.gateways.all().find((gateway) => gateway.vcnId === body.vcnId);
        if (other) throw stillReferenced('VCN', body.vcnId, 'InternetGateway', other.id);
        const gateway = { ...networkBasics(world, region, 'internetgateway'), ...body };
        provision(world, region.gateways, gateway, { lifecycleState: 'AVAILABLE' });
        return record(region.gateways, gateway.id);
      },
    }),
    writing('core', 'UpdateInternetGateway', `PUT ${gatewayPath}/{igId}`, {
      body: updateInternetGateway,
      handle: async (call, body) => {
        const { gateways } = call.region;
        const { id } = gateways.visible(call.params['igId'] ?? '');
        gateways.requireMatch(id, ifMatch(call));
        gateways.change(id, body);
        await rulesChanged(world, call);
        return record(gateways, id);
      },
    }),
    reading('core', 'DeleteInternetGateway', `DELETE ${gatewayPath}/{igId}`, {
      handle: (call) => {
        const { gateways, routeTables: tables } = call.region;
        const { id } = gateways.visible(call.params['igId'] ?? '');
        gateways.requireMatch(id, ifMatch(call));
        const table = tables.all().find((one) => one.routeRules.some((rule) => rule.networkEntityId === id));
        if (table) throw stillReferenced('InternetGateway', id, 'RouteTable', table.id);
        gateways.remove(id);
        return { status: 204 };
      },
    }),
  ];
}

function routeTables(world: World): Operation[] {
  return [
    listing('core', 'ListRouteTables', `GET ${tablePath}`, {
      required: ['compartmentId'],
      filters: ['vcnId', 'displayName', 'lifecycleState'],
      items: (call) => inCompartment(world, call, call.region.routeTables),
    }),
    reading('core', 'GetRouteTable', `GET ${tablePath}/{rtId}`, {
      handle: ({ region, params }) => shown(region.routeTables, params['rtId']),
    }),
    writing('core', 'CreateRouteTable', `POST ${tablePath}`, {
      body: createRouteTable,
      handle: ({ region }, body) => {
        requireCompartment(world, body.compartmentId);
        region.vcns.referred(body.vcnId);
        for (const rule of body.routeRules) region.gateways.referred(rule.networkEntityId);
        const table = { ...networkBasics(world, region, 'routetable'), ...body };
        provision(world, region.routeTables, table, { lifecycleState: 'AVAILABLE' });
        return record(region.routeTables, table.id);
      },
    }),
    writing('core', 'UpdateRouteTable', `PUT ${tablePath}/{rtId}`, {
      body: updateRouteTable,
      handle: async (call, body) => {
        const { routeTables: tables, gateways } = call.region;
        // A default table is known as soon as its VCN is.
        const { id } = tables.referred(call.params['rtId'] ?? '');
        tables.requireMatch(id, ifMatch(call));
        for (const rule of body.routeRules ?? []) gateways.referred(rule.networkEntityId);
        tables.change(id, body);
        await rulesChanged(world, call);
        return record(tables, id);
      },
    }),
    reading('core', 'DeleteRouteTable', `DELETE ${tablePath}/{rtId}`, {
      handle: (call) => {
        const { routeTables: tables, subnets, vcns } = call.region;
        const { id } = tables.visible(call.params['rtId'] ?? '');
        tables.requireMatch(id, ifMatch(call));
        if (vcns.all().some((vcn) => vcn.defaultRouteTableId === id)) {
          throw incorrectState('The default route table goes with its VCN');
        }
        const subnet = subnets.all().find((one) => one.routeTableId === id);
        if (subnet) throw stillReferenced('RouteTable', id, 'Subnet', subnet.id);
        tables.remove(id);
        return { status: 204 };
      },
    }),
  ];
}
