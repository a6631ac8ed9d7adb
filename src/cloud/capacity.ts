import type { Logger } from '../ports/logger';
import { mapAtMost } from './at-most';
import { call } from './call';
import type { Clients } from './clients';
import { CloudError } from './errors';
import type { Capacity, ShapeConfig } from './types';

/** A capacity report takes at most this many shapes in one call. */
const shapesPerReport = 10;
/** Reports that may be asked for side by side. */
const reportsAtOnce = 4;
/** Ordering the domains is not worth a longer wait than this (milliseconds). */
const orderLimitMs = 5_000;

export interface CapacityDeps {
  readonly clients: Pick<Clients, 'compute'>;
  /** The report's compartment is always the tenancy itself. */
  readonly tenancyId: string;
  readonly logger: Logger;
}

/** A shape that is asked about; a flexible one with what it would be given. */
export interface AskedShape {
  readonly name: string;
  readonly config?: ShapeConfig | undefined;
}

/** What OCI says about room for shapes in domains. What cannot be had is `unknown`, never an error. */
export async function readCapacity(
  deps: CapacityDeps,
  shapes: readonly AskedShape[],
  domains: readonly string[],
  signal?: AbortSignal,
): Promise<Capacity[]> {
  const chunks = Array.from({ length: Math.ceil(shapes.length / shapesPerReport) }, (_, index) =>
    shapes.slice(index * shapesPerReport, (index + 1) * shapesPerReport),
  );
  const asked = domains.flatMap((domain) => chunks.map((chunk) => ({ domain, chunk })));
  const reports = await mapAtMost(reportsAtOnce, asked, ({ domain, chunk }) =>
    report(deps, chunk, domain, signal),
  );
  return reports.flat();
}

async function report(
  { clients, tenancyId, logger }: CapacityDeps,
  shapes: readonly AskedShape[],
  availabilityDomain: string,
  signal?: AbortSignal,
): Promise<Capacity[]> {
  const details = {
    compartmentId: tenancyId,
    availabilityDomain,
    shapeAvailabilities: shapes.map(({ name, config }) => ({
      instanceShape: name,
      ...(config === undefined ? {} : { instanceShapeConfig: { ...config } }),
    })),
  };
  const unknown = shapes.map(({ name }): Capacity => ({
    shape: name,
    availabilityDomain,
    status: 'unknown',
  }));
  try {
    const { computeCapacityReport } = await call('createComputeCapacityReport', signal, () =>
      clients.compute.createComputeCapacityReport({ createComputeCapacityReportDetails: details }),
    );
    return unknown.map((blank) => {
      const said = computeCapacityReport.shapeAvailabilities.find(
        ({ instanceShape }) => instanceShape === blank.shape,
      );
      const count = said?.availableCount;
      return {
        ...blank,
        status: statusFrom(said?.availabilityStatus),
        ...(typeof count === 'number' ? { availableCount: count } : {}),
      };
    });
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    logger.debug(`No capacity report for ${availabilityDomain}: ${error.logLine}`);
    return unknown;
  }
}

function statusFrom(status: string | undefined): Capacity['status'] {
  switch (status) {
    case 'AVAILABLE':
      return 'available';
    case 'OUT_OF_HOST_CAPACITY':
      return 'outOfCapacity';
    case 'HARDWARE_NOT_SUPPORTED':
      return 'notSupported';
    default:
      return 'unknown';
  }
}

const tryOrder: readonly Capacity['status'][] = ['available', 'unknown', 'outOfCapacity', 'notSupported'];

/**
 * The domains in the order in which a launch should try them. All stay in: the report has been wrong before.
 * When it does not come soon, the order is as given.
 */
export async function domainsByCapacity(
  deps: CapacityDeps,
  shape: string,
  domains: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  const limit = AbortSignal.timeout(orderLimitMs);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  try {
    const capacity = await readCapacity(deps, [{ name: shape }], domains, either);
    const rank = (domain: string) =>
      tryOrder.indexOf(
        capacity.find(({ availabilityDomain }) => availabilityDomain === domain)?.status ?? 'unknown',
      );
    return [...domains].sort((a, b) => rank(a) - rank(b));
  } catch (error) {
    signal?.throwIfAborted();
    if (!limit.aborted) throw error;
    deps.logger.debug(`No capacity report within ${orderLimitMs} ms`);
    return [...domains];
  }
}
