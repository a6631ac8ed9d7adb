import * as v from 'valibot';
import type { IncomingHttpHeaders } from 'node:http';
import { cannotParse, invalidParameter, missingParameter } from './oci-error';
import type { Fault } from './faults';
import type { Region } from './region';

export type Service = 'identity' | 'core' | 'limits' | 'workrequests' | 'auth';

/** One call, after its signature has been checked. */
export interface Call {
  readonly region: Region;
  /** From the path pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The key that signed it. */
  readonly keyId: string;
  /** Faults that the operation itself must act out. */
  readonly faults: readonly Fault[];
}

/** What an operation answers with 2xx. */
export interface Answer {
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as text/plain. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole list, of which the server sends a page. */
  readonly list?: readonly unknown[];
  /** With a retry token used again: the body as it is by then. */
  readonly again?: () => unknown;
}

/** One row of the table of operations. */
export interface Operation {
  readonly service: Service;
  /** As OCI names it: `LaunchInstance`. */
  readonly name: string;
  readonly method: string;
  /** With `{names}` in it. */
  readonly path: string;
  /** Query parameters that it knows; anything else is refused. */
  readonly query: ReadonlySet<string>;
  readonly required: readonly string[];
  handle(call: Call, body: unknown): Promise<Answer>;
}

interface Reading {
  /** Query parameters that must be there. */
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

interface Writing<Body extends v.GenericSchema> {
  readonly body: Body;
  readonly handle: (call: Call, body: v.InferOutput<Body>) => Answer | Promise<Answer>;
}

/**
 * An operation without a body.
 * @param endpoint method and path pattern: `GET /20160918/vcns/{vcnId}`.
 */
export function reading(service: Service, name: string, endpoint: string, rule: Reading): Operation {
  const { required = [], optional = [], handle } = rule;
  return { ...row(service, name, endpoint, required, optional), handle: async (call) => handle(call) };
}

/** An operation whose body is decoded strictly against the schema: unknown fields and wrong types are refused. */
export function writing<Body extends v.GenericSchema>(
  service: Service,
  name: string,
  endpoint: string,
  rule: Writing<Body>,
): Operation {
  return {
    ...row(service, name, endpoint, [], []),
    handle: async (call, body) => rule.handle(call, decode(rule.body, body)),
  };
}

const listParameters = ['limit', 'page', 'sortBy', 'sortOrder'];

/** A list: filters are fields of the items that a query parameter of the same name must equal. */
export function listing<Item extends object>(
  service: Service,
  name: string,
  endpoint: string,
  rule: {
    readonly required?: readonly string[];
    readonly filters?: readonly (keyof Item & string)[];
    /** Query parameters that `items` itself looks at. */
    readonly optional?: readonly string[];
    readonly items: (call: Call) => readonly Item[];
    /** The item as the API returns it; default: as it is. */
    readonly show?: (item: Item) => object;
    /** True for the few lists that OCI sends whole. */
    readonly whole?: boolean;
  },
): Operation {
  const { required = [], filters = [], optional = [], items, show = (item: Item) => item, whole } = rule;
  return reading(service, name, endpoint, {
    required,
    optional: [...filters, ...optional, ...(whole ? [] : listParameters)],
    handle: (call) => {
      const found = items(call)
        .filter((item) => filters.every((field) => equals(item[field], call.query.get(field))))
        .map(show);
      return whole ? { body: found } : { list: found };
    },
  });
}

const equals = (value: unknown, wanted: string | null): boolean =>
  wanted === null || String(value) === wanted;

function row(
  service: Service,
  name: string,
  endpoint: string,
  required: readonly string[],
  optional: readonly string[],
): Omit<Operation, 'handle'> {
  const [method = '', path = ''] = endpoint.split(' ');
  return { service, name, method, path, required, query: new Set([...required, ...optional]) };
}

/** @throws OciRefusal 400 when a parameter is missing or unknown. */
export function checkQuery(operation: Operation, query: URLSearchParams): void {
  for (const name of operation.required) if (!query.get(name)) throw missingParameter(name);
  for (const name of query.keys()) {
    if (!operation.query.has(name))
      throw invalidParameter(`${operation.name} has no query parameter ${name}`);
  }
}

function decode<Body extends v.GenericSchema>(schema: Body, body: unknown): v.InferOutput<Body> {
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? 'body';
  if (issue.received === 'undefined') throw missingParameter(path);
  if (issue.kind === 'schema' && issue.type !== 'picklist') {
    throw cannotParse(`Incorrectly formatted request at ${path}: ${issue.message}`);
  }
  throw invalidParameter(`${path}: ${issue.message}`);
}
