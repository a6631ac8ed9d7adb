import { requireCompartment } from '../answers';
import { notFound } from '../oci-error';
import { listing, reading, type Operation } from '../operation';
import type { World } from '../world';

/** Compartments, availability and fault domains, regions, the tenancy and its user. */
export function identityOperations(world: World): Operation[] {
  const { tenancyId, home } = world;
  const tenancy = {
    id: tenancyId,
    name: world.tenancyName,
    description: 'A simulated tenancy',
    homeRegionKey: home.key,
    freeformTags: {},
    definedTags: {},
  };
  const ofTenancy = (id: string | undefined): void => {
    if (id !== tenancyId) throw notFound('tenancy', id ?? '');
  };
  // The root itself is in no list; asked for by id it looks like a compartment.
  const root = {
    id: tenancyId,
    compartmentId: tenancyId,
    name: world.tenancyName,
    description: tenancy.description,
    timeCreated: '2026-01-05T08:00:00.000Z',
    lifecycleState: 'ACTIVE',
    freeformTags: {},
    definedTags: {},
  };

  return [
    listing('identity', 'ListCompartments', 'GET /20160918/compartments', {
      required: ['compartmentId'],
      optional: ['compartmentIdInSubtree', 'accessLevel'],
      filters: ['name', 'lifecycleState'],
      items: ({ query }) => {
        const parent = requireCompartment(world, query.get('compartmentId') ?? '');
        return world.compartments.filter((compartment) => compartment.compartmentId === parent);
      },
    }),
    reading('identity', 'GetCompartment', 'GET /20160918/compartments/{compartmentId}', {
      handle: ({ params }) => {
        const id = requireCompartment(world, params['compartmentId'] ?? '');
        return { body: world.compartments.find((compartment) => compartment.id === id) ?? root };
      },
    }),
    listing('identity', 'ListAvailabilityDomains', 'GET /20160918/availabilityDomains', {
      whole: true,
      required: ['compartmentId'],
      items: ({ region, query }) => {
        requireCompartment(world, query.get('compartmentId') ?? '');
        return region.domains.map((domain) => ({ ...domain, compartmentId: tenancyId }));
      },
    }),
    listing('identity', 'ListFaultDomains', 'GET /20160918/faultDomains', {
      whole: true,
      required: ['compartmentId', 'availabilityDomain'],
      items: ({ query }) =>
        [1, 2, 3].map((n) => ({
          name: `FAULT-DOMAIN-${n}`,
          id: `ocid1.faultdomain.oc1..${n}`,
          compartmentId: tenancyId,
          availabilityDomain: query.get('availabilityDomain'),
        })),
    }),
    listing(
      'identity',
      'ListRegionSubscriptions',
      'GET /20160918/tenancies/{tenancyId}/regionSubscriptions',
      {
        whole: true,
        items: ({ params }) => {
          ofTenancy(params['tenancyId']);
          return world.regions.map(({ key, name, isHome }) => ({
            regionKey: key,
            regionName: name,
            status: 'READY',
            isHomeRegion: isHome,
          }));
        },
      },
    ),
    listing('identity', 'ListRegions', 'GET /20160918/regions', {
      whole: true,
      items: () => world.regions.map(({ key, name }) => ({ key, name })),
    }),
    reading('identity', 'GetTenancy', 'GET /20160918/tenancies/{tenancyId}', {
      handle: ({ params }) => {
        ofTenancy(params['tenancyId']);
        return { body: tenancy };
      },
    }),
    reading('identity', 'GetUser', 'GET /20160918/users/{userId}', {
      handle: ({ params }) => {
        const id = world.credentials.userId;
        if (params['userId'] !== id) throw notFound('user', params['userId'] ?? '');
        return {
          body: {
            id,
            compartmentId: tenancyId,
            name: 'someone@example.com',
            description: 'The person at the keyboard',
            timeCreated: root.timeCreated,
            lifecycleState: 'ACTIVE',
            isMfaActivated: false,
            freeformTags: {},
            definedTags: {},
          },
        };
      },
    }),
  ];
}
