import { requireDomain } from '../answers';
import type { CatalogLimit } from '../catalog/limits';
import { invalidParameter, notFound } from '../oci-error';
import { listing, reading, type Call, type Operation } from '../operation';
import { usedOf } from '../usage';
import type { World } from '../world';

interface LimitValue {
  readonly name: string;
  readonly scopeType: CatalogLimit['scope'];
  readonly availabilityDomain: string | null;
  readonly value: number;
}

/** Service limits: what there are, their values, and what is left of them. */
export function limitOperations(world: World): Operation[] {
  const tenancyOnly = ({ query }: Call): void => {
    if (query.get('compartmentId') !== world.tenancyId) {
      throw invalidParameter('compartmentId must be the OCID of the tenancy');
    }
  };
  const definition = ({ service, name, description, scope }: CatalogLimit) => ({
    name,
    serviceName: service,
    description,
    scopeType: scope,
    areQuotasSupported: true,
    isResourceAvailabilitySupported: true,
    isDeprecated: false,
    isEligibleForLimitIncrease: true,
    isDynamic: false,
  });
  const values = ({ name, scope, value }: CatalogLimit, call: Call): LimitValue[] =>
    scope === 'REGION'
      ? [{ name, scopeType: scope, availabilityDomain: null, value }]
      : call.region.domains.map((domain) => ({
          name,
          scopeType: scope,
          availabilityDomain: domain.name,
          value,
        }));

  return [
    listing('limits', 'ListServices', 'GET /20190729/services', {
      required: ['compartmentId'],
      optional: ['subscriptionId'],
      items: (call) => {
        tenancyOnly(call);
        const names = [...new Set(world.limits.map((limit) => limit.service))];
        return names.map((name) => ({ name, description: name }));
      },
    }),
    listing('limits', 'ListLimitDefinitions', 'GET /20190729/limitDefinitions', {
      required: ['compartmentId'],
      filters: ['serviceName', 'name'],
      optional: ['subscriptionId'],
      items: (call) => {
        tenancyOnly(call);
        return world.limits.map(definition);
      },
    }),
    listing('limits', 'ListLimitValues', 'GET /20190729/limitValues', {
      required: ['compartmentId', 'serviceName'],
      filters: ['scopeType', 'availabilityDomain', 'name'],
      optional: ['subscriptionId', 'externalLocation'],
      items: (call) => {
        tenancyOnly(call);
        const service = call.query.get('serviceName');
        return world.limits
          .filter((limit) => limit.service === service)
          .flatMap((limit) => values(limit, call));
      },
    }),
    reading(
      'limits',
      'GetResourceAvailability',
      'GET /20190729/services/{serviceName}/limits/{limitName}/resourceAvailability',
      {
        required: ['compartmentId'],
        optional: ['availabilityDomain', 'subscriptionId', 'externalLocation'],
        handle: (call) => ({ body: availability(world, call) }),
      },
    ),
  ];
}

function availability(world: World, { params, query, region }: Call): object {
  const { serviceName, limitName = '' } = params;
  const limit = world.limits.find(({ service, name }) => service === serviceName && name === limitName);
  if (!limit) throw notFound('limit', limitName);
  const domain = query.get('availabilityDomain') ?? undefined;
  if ((limit.scope === 'AD') !== (domain !== undefined)) {
    throw invalidParameter(
      `availabilityDomain is ${domain ? 'not allowed' : 'required'} for limit ${limitName}`,
    );
  }
  if (domain !== undefined) requireDomain(region, domain);
  const used = usedOf(limit, region, domain);
  const available = Math.max(0, limit.value - used);
  return {
    used,
    available,
    fractionalUsage: used,
    fractionalAvailability: available,
    effectiveQuotaValue: limit.value,
  };
}
