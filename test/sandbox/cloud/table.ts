import { randomUUID } from 'node:crypto';
import { noEtagMatch, notFound } from './oci-error';
import type { SimulatedTime } from './time';

/** How long a new record stays hidden, in milliseconds. */
export interface Lag {
  /** Until a list shows it. */
  readonly listMs: number;
  /** Until a GET by its id finds it. */
  readonly getMs: number;
}

interface Entry<T> {
  record: T;
  etag: string;
  readonly listedFrom: number;
  readonly knownFrom: number;
}

/** The records of one kind in one region, as late and as stale as the real cloud shows them. */
export class Table<T extends { readonly id: string }> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(
    /** In an error's words: "instance". */
    readonly kind: string,
    private readonly time: SimulatedTime,
    private readonly lag: Lag,
  ) {}

  insert(record: T): T {
    const now = this.time.now();
    const { listMs, getMs } = this.lag;
    this.entries.set(record.id, {
      record,
      etag: randomUUID(),
      listedFrom: now + listMs,
      knownFrom: now + getMs,
    });
    return record;
  }

  /** The record whether or not the outside can see it yet. */
  find(id: string | undefined): T | undefined {
    return id === undefined ? undefined : this.entries.get(id)?.record;
  }

  /** As {@link find}, for something that a request refers to. @throws OciRefusal 404 */
  referred(id: string): T {
    const record = this.find(id);
    if (!record) throw notFound(this.kind, id);
    return record;
  }

  /** What a GET by id finds. @throws OciRefusal 404, also for a moment after it was made. */
  visible(id: string): T {
    const entry = this.entries.get(id);
    if (!entry || entry.knownFrom > this.time.now()) throw notFound(this.kind, id);
    return entry.record;
  }

  /** What a list shows. */
  listed(): T[] {
    const now = this.time.now();
    return [...this.entries.values()].filter((entry) => entry.listedFrom <= now).map((entry) => entry.record);
  }

  /** Everything there is. */
  all(): T[] {
    return [...this.entries.values()].map((entry) => entry.record);
  }

  /** Replaces the named fields; the etag changes. @throws OciRefusal 404 */
  change(id: string, fields: Partial<T>): T {
    const entry = this.entries.get(id);
    if (!entry) throw notFound(this.kind, id);
    entry.record = { ...entry.record, ...fields };
    entry.etag = randomUUID();
    return entry.record;
  }

  etag(id: string): string {
    return this.entries.get(id)?.etag ?? '';
  }

  /** @throws OciRefusal 412 when the request's `if-match` is not the current etag. */
  requireMatch(id: string, ifMatch: string | undefined): void {
    if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== this.etag(id)) throw noEtagMatch();
  }

  remove(id: string): void {
    this.entries.delete(id);
  }
}
