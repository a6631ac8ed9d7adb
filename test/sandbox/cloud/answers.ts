import { invalidParameter, notFound } from './oci-error';
import type { Answer, Call } from './operation';
import type { Region } from './region';
import type { Table } from './table';
import type { World } from './world';

/** The headers that the server looks at. */
export const ifMatch = (call: Call): string | undefined => call.headers['if-match'];

/** A record, with its etag; asked again with the same retry token, the record as it is by then. */
export function record<T extends { readonly id: string }>(
  table: Table<T>,
  id: string,
  body: (record: T) => unknown = (found) => found,
): Answer {
  const current = () => body(table.referred(id));
  return { body: current(), headers: { etag: table.etag(id) }, again: current };
}

/** GET by id. */
export function shown<T extends { readonly id: string }>(
  table: Table<T>,
  id: string | undefined,
  body?: (record: T) => unknown,
): Answer {
  return record(table, table.visible(id ?? '').id, body);
}

/** Those that a list shows of a compartment; an unknown compartment is 404. */
export function inCompartment<T extends { readonly id: string; readonly compartmentId: string | null }>(
  world: World,
  call: Call,
  table: Table<T>,
): T[] {
  const compartmentId = requireCompartment(world, call.query.get('compartmentId') ?? '');
  return table.listed().filter((item) => item.compartmentId === compartmentId);
}

/** @throws OciRefusal 404 */
export function requireCompartment(world: World, id: string): string {
  const known = id === world.tenancyId || world.compartments.some((compartment) => compartment.id === id);
  if (!known) throw notFound('compartment', id);
  return id;
}

/** @throws OciRefusal 400 */
export function requireDomain(region: Region, name: string): string {
  if (!region.domains.some((domain) => domain.name === name)) {
    throw invalidParameter(`availabilityDomain ${name} is not one of this region`);
  }
  return name;
}
