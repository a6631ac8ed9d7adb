import type { Shape as SdkShape } from 'oci-core/lib/model';
import { listAll, type Clients } from './clients';
import { architectureFrom, factsOf, type ListPrice } from './shape-facts';
import type { AvailabilityDomain, Shape, ShapeConfig, ShapePrice } from './types';

/** Which shapes are wanted. */
export interface ShapesRequest {
  readonly compartmentId: string;
  readonly availabilityDomains: readonly AvailabilityDomain[];
  /** CPU shapes too, for a rehearsal that costs next to nothing. */
  readonly includeCpu: boolean;
}

/**
 * Every shape that the tenancy is shown, asked domain by domain side by side and merged; a shape that the table
 * does not know is there all the same. GPU shapes first, the cheaper before the dearer, the unpriced last.
 */
export async function listShapes(
  { compute }: Pick<Clients, 'compute'>,
  { compartmentId, availabilityDomains, includeCpu }: ShapesRequest,
  signal?: AbortSignal,
): Promise<Shape[]> {
  const lists = await Promise.all(
    availabilityDomains.map(async ({ name: availabilityDomain }) => {
      const shapes = await listAll('listShapes', signal, (next) =>
        compute.listShapes({ compartmentId, availabilityDomain, limit: 500, ...next }),
      );
      return { availabilityDomain, shapes };
    }),
  );
  return mergeShapes(lists)
    .filter((shape) => includeCpu || shape.gpus > 0)
    .sort(byGpuThenPrice);
}

/** What one domain's ListShapes answered. */
export interface DomainShapes {
  readonly availabilityDomain: string;
  readonly shapes: readonly SdkShape[];
}

/** One {@link Shape} for each name, with every domain that has it. */
export function mergeShapes(lists: readonly DomainShapes[]): Shape[] {
  const merged = new Map<string, { live: SdkShape; domains: Set<string> }>();
  for (const { availabilityDomain, shapes } of lists) {
    for (const live of shapes) {
      const known = merged.get(live.shape);
      if (known === undefined) merged.set(live.shape, { live, domains: new Set([availabilityDomain]) });
      else known.domains.add(availabilityDomain);
    }
  }
  return [...merged.values()].map(({ live, domains }) => toShape(live, [...domains]));
}

function toShape(live: SdkShape, availabilityDomains: readonly string[]): Shape {
  const facts = factsOf(live.shape);
  const gpus = live.gpus ?? 0;
  const flexible = flexibleRange(live);
  const gpuDescription = live.gpuDescription ?? facts?.gpu?.name;
  return {
    name: live.shape,
    cpu: isArm(live) ? 'arm' : 'x86',
    isBareMetal: live.shape.startsWith('BM.'),
    ocpus: live.ocpus ?? 0,
    memoryGb: live.memoryInGBs ?? 0,
    gpus,
    ...(gpus === 0 || gpuDescription === undefined ? {} : { gpuDescription }),
    ...(gpus === 0
      ? {}
      : {
          gpuArchitecture:
            facts?.gpu?.architecture ?? architectureFrom(`${live.shape} ${gpuDescription ?? ''}`),
        }),
    ...(facts?.gpu === undefined ? {} : { gpuMemoryGb: facts.gpu.memoryGb }),
    ...(flexible === undefined ? {} : { flexible }),
    // Nobody says: a GPU is taken to cost on, so that nobody is surprised by a bill.
    isBilledForStopped: live.isBilledForStoppedInstance ?? facts?.billedWhenStopped ?? gpus > 0,
    quotaNames: live.quotaNames ?? [],
    availabilityDomains,
    ...(facts?.price === undefined ? {} : { price: priceOf(facts.price, live) }),
    canBePreemptible: facts?.preemptible ?? false,
  };
}

function priceOf(price: ListPrice, live: SdkShape): ShapePrice {
  const { asOf } = price;
  if (price.kind === 'fixed') return { usdPerHour: price.usdPerHour, asOf };
  const { usdPerOcpuHour, usdPerGbHour } = price;
  const usdPerHour = usdPerOcpuHour * (live.ocpus ?? 1) + usdPerGbHour * (live.memoryInGBs ?? 16);
  return { usdPerHour, usdPerOcpuHour, usdPerGbHour, asOf };
}

/** Ampere's A shapes and NVIDIA's Grace boards. */
function isArm({ shape, processorDescription = '' }: SdkShape): boolean {
  return /Ampere|Arm|Grace/i.test(processorDescription) || /\.A[124]\.|\.GB\d00|\.GH\d00/.test(shape);
}

function flexibleRange(live: SdkShape): Shape['flexible'] {
  if (live.isFlexible !== true && !live.shape.endsWith('.Flex')) return undefined;
  const { ocpuOptions, memoryOptions } = live;
  return {
    ocpus: { min: ocpuOptions?.min ?? 1, max: ocpuOptions?.max ?? live.ocpus ?? 1 },
    memoryGb: { min: memoryOptions?.minInGBs ?? 1, max: memoryOptions?.maxInGBs ?? live.memoryInGBs ?? 16 },
    memoryPerOcpuGb: memoryOptions?.defaultPerOcpuInGBs ?? 16,
  };
}

function byGpuThenPrice(a: Shape, b: Shape): number {
  const isCpu = Number(a.gpus === 0) - Number(b.gpus === 0);
  const price = (shape: Shape) => shape.price?.usdPerHour ?? Number.POSITIVE_INFINITY;
  return isCpu || (price(a) === price(b) ? a.name.localeCompare(b.name) : price(a) - price(b));
}

/** List price in USD an hour of a shape as configured; `undefined` when nobody knows. */
export function hourlyPrice({ price }: Pick<Shape, 'price'>, config?: ShapeConfig): number | undefined {
  if (price === undefined) return undefined;
  if (price.usdPerOcpuHour === undefined || config === undefined) return price.usdPerHour;
  return price.usdPerOcpuHour * config.ocpus + (price.usdPerGbHour ?? 0) * config.memoryInGBs;
}
