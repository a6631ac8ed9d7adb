import { appendFileSync, writeFileSync } from 'node:fs';

/** One request and its answer, with signatures and secrets blanked. */
export interface Exchange {
  /** ISO 8601. */
  readonly time: string;
  readonly service: string;
  /** As OCI names it: `LaunchInstance`; empty when no operation has that path. */
  readonly operation: string;
  readonly method: string;
  /** Without the sandbox's own region prefix. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: unknown;
  /** 0 when the connection was cut instead. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: unknown;
}

/** Where exchanges are kept, and written when a file is named. */
export interface ExchangeLog {
  readonly all: readonly Exchange[];
  add(exchange: Exchange): void;
}

export function createExchangeLog(file: string | undefined): ExchangeLog {
  const all: Exchange[] = [];
  if (file !== undefined) writeFileSync(file, '', { flag: 'a', mode: 0o600 });
  return {
    all,
    add(exchange) {
      const safe: Exchange = {
        ...exchange,
        requestHeaders: blankHeaders(exchange.requestHeaders),
        requestBody: blankBody(exchange.requestBody),
        responseBody: blankBody(exchange.responseBody),
      };
      all.push(safe);
      if (file !== undefined) appendFileSync(file, `${JSON.stringify(safe)}\n`);
    },
  };
}

const BLANK = '***';
const secretFields = new Set(['token', 'currentToken', 'password', 'privateKey']);

function blankHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { authorization, ...others } = headers;
  if (authorization === undefined) return others;
  return {
    ...others,
    authorization: authorization
      .replace(/signature="[^"]*"/, `signature="${BLANK}"`)
      .replace(/keyId="ST\$[^"]*"/, `keyId="ST$$${BLANK}"`),
  };
}

function blankBody(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(blankBody);
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, secretFields.has(name) ? BLANK : blankBody(value)]),
  );
}
