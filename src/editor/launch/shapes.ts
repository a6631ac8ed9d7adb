import { hourly } from '../words/money';
import type { Availability, ShapeOption } from './catalog';

/** Whether a shape is listed: GPU shapes always, CPU shapes for a rehearsal. */
export function isShown(shape: ShapeOption, showCpuShapes: boolean): boolean {
  return shape.kind !== 'cpu' || showCpuShapes;
}

/** The shapes that can be used, the default first: the wished one, then the cheapest; a GPU before a CPU. */
export function preferredShapes(
  shapes: readonly ShapeOption[],
  wished: string | undefined,
): readonly ShapeOption[] {
  return shapes
    .filter(({ unusable }) => unusable === undefined)
    .toSorted(
      (a, b) =>
        Number(b.name === wished) - Number(a.name === wished) ||
        Number(a.kind === 'cpu') - Number(b.kind === 'cpu') ||
        priceOf(a) - priceOf(b),
    );
}

/** A group of the shape list under its separator. */
export interface ShapeGroup {
  readonly title: string;
  readonly shapes: readonly ShapeOption[];
}

/** Virtual machines, bare metal, CPU; the cheapest first, what cannot be used last. */
export function groupShapes(shapes: readonly ShapeOption[]): readonly ShapeGroup[] {
  const titles = { vm: 'Virtual machines', bareMetal: 'Bare metal', cpu: 'CPU only, to rehearse' } as const;
  return (['vm', 'bareMetal', 'cpu'] as const)
    .map((kind) => ({
      title: titles[kind],
      shapes: shapes
        .filter((shape) => shape.kind === kind)
        .toSorted(
          (a, b) =>
            Number(a.unusable !== undefined) - Number(b.unusable !== undefined) || priceOf(a) - priceOf(b),
        ),
    }))
    .filter((group) => group.shapes.length > 0);
}

/** `2 × V100 16 GB · 12 OCPUs · 180 GB` */
export function shapeFacts({ gpus, ocpus, memoryInGBs }: ShapeOption): string {
  const gpuMemory = gpus.memoryGBs === undefined || gpus.name.includes('GB') ? '' : ` ${gpus.memoryGBs} GB`;
  return [
    gpus.count === 0 ? 'no GPU' : `${gpus.count} × ${gpus.name}${gpuMemory}`,
    `${ocpus} OCPUs`,
    `${memoryInGBs} GB`,
  ].join(' · ');
}

/** `$5.90/h`, or that nobody knows. */
export function shapePrice({ price }: ShapeOption): string {
  return price ? hourly(price.usdPerHour) : 'price unknown';
}

/** Why a shape cannot be had, and where that can be changed. */
export interface Obstacle {
  readonly message: string;
  readonly cause: 'unusable' | 'limit' | 'capacity';
}

/** The reason why launching this shape is bound to fail now; undefined when there is none known. */
export function obstacle(shape: ShapeOption, availability: Availability | undefined): Obstacle | undefined {
  if (shape.unusable !== undefined) return { cause: 'unusable', message: shape.unusable };
  if (!availability) return undefined;
  const { domainsWithRoom, domains } = availability;
  if (isLimitReached(availability, domains)) {
    return { cause: 'limit', message: `The service limit allows no more ${shape.name} here.` };
  }
  if (domains.length === 0)
    return { cause: 'unusable', message: `${shape.name} is not offered in this region.` };
  if (domainsWithRoom?.length === 0) {
    return {
      cause: 'capacity',
      message: `${shape.name}: out of capacity in every availability domain right now.`,
    };
  }
  return undefined;
}

/** Whether the service limit is known to allow none in any of these domains. */
export function isLimitReached({ left }: Availability, domains: readonly string[]): boolean {
  return domains.length > 0 && domains.every((domain) => (left?.get(domain) ?? 1) <= 0);
}

/** `2 left · room in AD-1, AD-3`; empty while nothing is known. */
export function availabilityWords({ left, domainsWithRoom, domains }: Availability): string {
  const isKnown = domains.length > 0 && domains.every((domain) => left?.has(domain));
  const most = left && isKnown ? Math.max(...left.values()) : undefined;
  const room = domainsWithRoom?.map(shortDomain).join(', ');
  return [
    most === undefined ? '' : most <= 0 ? 'limit reached' : `limit leaves ${most}`,
    room === undefined
      ? ''
      : room === ''
        ? 'no room now'
        : domainsWithRoom?.length === domains.length
          ? 'room now'
          : `room in ${room}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** `Uocm:EU-FRANKFURT-1-AD-2` → `AD-2` */
export function shortDomain(domain: string): string {
  return /AD-\d+$/.exec(domain)?.[0] ?? domain;
}

/** What can be done where the service limit allows none of a shape. */
export const limitChoice = { limitsPage: 'Open Limits Page', cpuShapes: 'Show CPU Shapes' } as const;

/** The rehearsal is offered to those who see no CPU shape: their limit is seldom 0. @param shown the list of shapes */
export function limitChoices(shown: readonly ShapeOption[]): readonly string[] {
  const { limitsPage: page, cpuShapes } = limitChoice;
  return shown.some(({ kind }) => kind === 'cpu') ? [page] : [page, cpuShapes];
}

/** Where a person asks Oracle for more. */
export function limitsPage(region: string): string {
  return `https://cloud.oracle.com/limits?region=${encodeURIComponent(region)}`;
}

function priceOf({ price }: ShapeOption): number {
  return price?.usdPerHour ?? Number.POSITIVE_INFINITY;
}
