import { requireCompartment, requireDomain } from '../answers';
import { capacityReport } from '../bodies/compute';
import { hasCapacity } from '../capacity';
import { imageFits } from '../catalog/images';
import { shapeRecord } from '../catalog/shapes';
import { invalidParameter } from '../oci-error';
import { listing, writing, type Call, type Operation } from '../operation';
import type { Region } from '../region';
import type { World } from '../world';

/** Shapes, and the report of where there is room for them. */
export function shapeOperations(world: World): Operation[] {
  return [
    listing('core', 'ListShapes', 'GET /20160918/shapes', {
      required: ['compartmentId'],
      filters: ['shape'],
      optional: ['availabilityDomain', 'imageId'],
      items: (call) => shapes(world, call),
    }),
    writing('core', 'CreateComputeCapacityReport', 'POST /20160918/computeCapacityReports', {
      body: capacityReport,
      handle: ({ region }, body) => {
        if (body.compartmentId !== world.tenancyId) {
          throw invalidParameter('compartmentId must be the OCID of the root compartment');
        }
        const domain = requireDomain(region, body.availabilityDomain);
        return {
          body: {
            compartmentId: body.compartmentId,
            availabilityDomain: domain,
            timeCreated: world.time.iso(),
            shapeAvailabilities: body.shapeAvailabilities.map((asked) => ({
              ...asked,
              ...availability(region, domain, asked.instanceShape),
            })),
          },
        };
      },
    }),
  ];
}

function shapes(world: World, { region, query }: Call) {
  requireCompartment(world, query.get('compartmentId') ?? '');
  const imageId = query.get('imageId');
  const image = imageId === null ? undefined : region.images.referred(imageId);
  const fitting = region.shapes.filter((shape) => !image || imageFits(image, shape)).map(shapeRecord);
  const domain = query.get('availabilityDomain');
  if (domain !== null) {
    requireDomain(region, domain);
    return fitting;
  }
  // Without a domain, OCI repeats the list once for each.
  return region.domains.flatMap(() => fitting);
}

function availability(region: Region, domain: string, name: string) {
  if (!region.shapes.some((shape) => shape.name === name)) {
    return { availabilityStatus: 'HARDWARE_NOT_SUPPORTED' };
  }
  return hasCapacity(region, domain, name)
    ? { availabilityStatus: 'AVAILABLE', availableCount: 4 }
    : { availabilityStatus: 'OUT_OF_HOST_CAPACITY', availableCount: 0 };
}
