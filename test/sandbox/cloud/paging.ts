import { invalidParameter } from './oci-error';

/** One page of a list, and the token of the next one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/**
 * Cuts a list as OCI does: `limit` is a wish, `page` an opaque token, and the first page may be empty.
 * @throws OciRefusal 400 for a limit or token that makes no sense.
 */
export function cutPage<T>(
  items: readonly T[],
  query: URLSearchParams,
  { pageSize, emptyFirstPages }: { readonly pageSize: number; readonly emptyFirstPages: boolean },
): Page<T> {
  const token = query.get('page');
  if (token === null && emptyFirstPages) return { items: [], next: tokenFor(0) };
  const start = token === null ? 0 : readToken(token);
  const end = start + Math.min(pageSize, readLimit(query));
  return { items: items.slice(start, end), ...(end < items.length ? { next: tokenFor(end) } : {}) };
}

function readLimit(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? 1000);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw invalidParameter('limit must be between 1 and 1000');
  return limit;
}

const tokenFor = (start: number) => Buffer.from(`from:${start}`).toString('base64url');

function readToken(token: string): number {
  const start = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined) throw invalidParameter('page is not a token of this list');
  return Number(start);
}
