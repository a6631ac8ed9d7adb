import type { Clock } from '../ports/clock';
import { call } from './call';
import type { Clients } from './clients';
import { CloudError, isCloudError } from './errors';
import type { LimitState, Shape, ShapeConfig } from './types';

/** Limits change when somebody launches or Oracle answers a request: an answer is good for this long (milliseconds). */
const freshMs = 2 * 60_000;
const service = 'compute';

export interface LimitsDeps {
  readonly clients: Pick<Clients, 'limits'>;
  readonly clock: Clock;
}

export interface LimitQuestion {
  readonly compartmentId: string;
  readonly shape: Pick<Shape, 'quotaNames' | 'gpus' | 'ocpus' | 'memoryGb'>;
  /** For a flexible shape, what it would be given. */
  readonly config?: ShapeConfig | undefined;
  readonly availabilityDomain: string;
}

/** Reads limits, slowly (10 s and more on the real service), and remembers the answers for a while. */
export type ReadLimit = (question: LimitQuestion, signal?: AbortSignal) => Promise<LimitState>;

export function createReadLimit({ clients, clock }: LimitsDeps): ReadLimit {
  const known = new Map<string, { readonly available: number; readonly at: number }>();

  const available = async (
    limitName: string,
    { compartmentId, availabilityDomain }: LimitQuestion,
    signal?: AbortSignal,
  ) => {
    const key = [limitName, compartmentId, availabilityDomain].join(' ');
    const last = known.get(key);
    if (last !== undefined && clock.now() - last.at < freshMs) return last.available;
    const read = (scope: { availabilityDomain?: string }) =>
      call('getResourceAvailability', signal, () =>
        clients.limits.getResourceAvailability({ serviceName: service, limitName, compartmentId, ...scope }),
      );
    // A limit of the whole region refuses to be asked for a domain, and the other way round.
    const { resourceAvailability } = await read({ availabilityDomain }).catch((error: unknown) => {
      if (isCloudError(error, 'invalid')) return read({});
      throw error;
    });
    const count = resourceAvailability.fractionalAvailability ?? resourceAvailability.available;
    if (count === undefined)
      throw new CloudError(`OCI does not tell ${limitName}.`, {
        kind: 'service',
        operation: 'getResourceAvailability',
      });
    known.set(key, { available: count, at: clock.now() });
    return count;
  };

  return async (question, signal) => {
    const { quotaNames } = question.shape;
    if (quotaNames.length === 0) return { kind: 'unknown', reason: 'OCI names no limit for this shape.' };
    try {
      const states = await Promise.all(
        quotaNames.map(async (limitName) =>
          judge(limitName, await available(limitName, question, signal), question),
        ),
      );
      return states.find(({ kind }) => kind === 'tooLow') ?? states[0] ?? { kind: 'unknown', reason: '' };
    } catch (error) {
      if (error instanceof CloudError && error.kind !== 'notAuthenticated')
        return { kind: 'unknown', reason: error.message };
      throw error;
    }
  };
}

/** GPU limits count GPUs, not instances; CPU limits count cores and, apart, gigabytes. */
function judge(limitName: string, available: number, { shape, config }: LimitQuestion): LimitState {
  const needed = /memory/.test(limitName)
    ? (config?.memoryInGBs ?? shape.memoryGb)
    : /gpu/.test(limitName) && shape.gpus > 0
      ? shape.gpus
      : /core|ocpu/.test(limitName)
        ? (config?.ocpus ?? shape.ocpus)
        : 1;
  return available >= needed
    ? { kind: 'enough', available, needed, limitName }
    : { kind: 'tooLow', available, needed, limitName };
}
