import { requireCompartment, shown } from '../answers';
import { imageBody, imageFits, type ImageRecord } from '../catalog/images';
import { listing, reading, type Call, type Operation } from '../operation';
import type { World } from '../world';

/** Platform and custom images, and the shapes that they fit. */
export function imageOperations(world: World): Operation[] {
  return [
    listing<ImageRecord>('core', 'ListImages', 'GET /20160918/images', {
      required: ['compartmentId'],
      filters: ['displayName', 'operatingSystem', 'operatingSystemVersion', 'lifecycleState'],
      optional: ['shape'],
      items: (call) => images(world, call),
      show: imageBody,
    }),
    reading('core', 'GetImage', 'GET /20160918/images/{imageId}', {
      handle: ({ region, params }) => shown(region.images, params['imageId'], imageBody),
    }),
    listing('core', 'ListImageShapeCompatibilityEntries', 'GET /20160918/images/{imageId}/shapes', {
      items: ({ region, params }) => {
        const image = region.images.visible(params['imageId'] ?? '');
        return region.shapes
          .filter((shape) => imageFits(image, shape))
          .map((shape) => ({ imageId: image.id, shape: shape.name }));
      },
    }),
  ];
}

function images(world: World, { region, query }: Call): ImageRecord[] {
  const compartmentId = requireCompartment(world, query.get('compartmentId') ?? '');
  const wanted = query.get('shape');
  const shape = region.shapes.find(({ name }) => name === wanted);
  const found = region.images
    .listed()
    .filter((image) => image.compartmentId === null || image.compartmentId === compartmentId)
    .filter((image) => !image.catalog.unlisted)
    .filter((image) => wanted === null || (shape !== undefined && imageFits(image, shape)));
  const byName = query.get('sortBy') === 'DISPLAYNAME';
  const keyOf = (image: ImageRecord) => (byName ? (image.displayName ?? '') : image.timeCreated);
  const sorted = found.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  const descending = (query.get('sortOrder') ?? (byName ? 'ASC' : 'DESC')) === 'DESC';
  return descending ? sorted.reverse() : sorted;
}
