import { createHash } from 'node:crypto';
import { invalidatedRetryToken } from './oci-error';
import type { Answer } from './operation';

/** OCI remembers a retry token for 24 hours. */
const REMEMBERED_MS = 24 * 3_600_000;

/** What `opc-retry-token` promises: the same token does the work once. */
export interface RetryTokens {
  /**
   * Does `work`, or answers as it was answered when the token came first.
   * @throws OciRefusal 409 when the token came with another body.
   */
  once(key: string, body: Buffer, work: () => Promise<Answer>): Promise<Answer>;
}

export function createRetryTokens(now: () => number): RetryTokens {
  const used = new Map<
    string,
    { readonly sum: string; readonly at: number; readonly answer: Promise<Answer> }
  >();
  return {
    async once(key, body, work) {
      const sum = createHash('sha256').update(body).digest('hex');
      const earlier = used.get(key);
      if (earlier && now() - earlier.at < REMEMBERED_MS) {
        if (earlier.sum !== sum) throw invalidatedRetryToken();
        const answer = await earlier.answer;
        return answer.again ? { ...answer, body: answer.again() } : answer;
      }
      const answer = work();
      used.set(key, { sum, at: now(), answer });
      // What was refused did nothing, so the token is free again.
      answer.catch(() => used.delete(key));
      return answer;
    },
  };
}
