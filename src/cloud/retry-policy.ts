import { backoffMs, type Backoff } from '../waiting/backoff';
import type { CloudError } from './errors';

/** What decides whether a request may be sent again. */
export interface RepeatableRequest {
  readonly method: string;
  /** An `opc-retry-token` makes a POST safe to repeat: OCI answers with what the first one made. */
  readonly hasRetryToken: boolean;
}

/** Times a request is sent in all. */
export const maxTries = 4;
const pauses: Backoff = { firstMs: 500, factor: 2, maxMs: 8_000, jitter: 0.5 };
const maxRetryAfterMs = 30_000;

/**
 * The room's one retry policy; the SDK's own (8 tries, "Out of host capacity" included) is off.
 * Busy services and network faults are worth another try; refusals, and a lack of capacity, are not.
 */
export function isWorthRetrying(error: CloudError, request: RepeatableRequest): boolean {
  const repeatable = request.method !== 'POST' || request.hasRetryToken;
  switch (error.kind) {
    case 'tooManyRequests':
      return true;
    case 'service':
      return repeatable && (error.status ?? 0) >= 500;
    case 'unreachable':
      // A refused certificate stays refused.
      return repeatable && !/CERT|VERIFY|ISSUER/.test(error.code ?? '');
    case 'timedOut':
      return request.method === 'GET';
    default:
      return false;
  }
}

/** The pause before another try: what the service asks for, else a growing one with jitter. */
export function retryPauseMs(tries: number, retryAfter: string | null, random?: () => number): number {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  return asked > 0 ? Math.min(asked, maxRetryAfterMs) : backoffMs(pauses, tries, random);
}
