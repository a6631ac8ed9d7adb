import { createHash, createVerify, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { notAuthenticated } from './oci-error';

/** What the signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as they came over the wire. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** OCI refuses requests whose date is more than five minutes off. */
const ALLOWED_SKEW_MS = 5 * 60_000;

/**
 * Checks a request as OCI does (https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm).
 * @param keyOf the public key of a key id, or undefined when it is unknown or has expired.
 * @returns the key id that signed. @throws OciRefusal 401
 */
export function verifySignature(
  request: SignedRequest,
  keyOf: (keyId: string) => KeyObject | undefined,
  now: number,
): string {
  const { keyId, headers, signature } = readAuthorization(request.headers.authorization);
  const signed = headers.toLowerCase().split(' ');
  const key = keyOf(keyId);
  if (!key || !needed(request).every((names) => names.some((name) => signed.includes(name)))) {
    throw notAuthenticated();
  }
  checkDate(request.headers['x-date'] ?? request.headers.date, now);
  if (carriesBody(request.method)) checkBody(request);
  const verifier = createVerify('RSA-SHA256').update(signed.map((name) => line(name, request)).join('\n'));
  if (!verifier.verify(key, signature, 'base64')) throw notAuthenticated();
  return keyId;
}

function readAuthorization(header: string | undefined): {
  keyId: string;
  headers: string;
  signature: string;
} {
  if (!header?.startsWith('Signature ')) throw notAuthenticated();
  const fields = new Map(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const { keyId, headers, signature, algorithm } = Object.fromEntries(fields);
  if (!keyId || !headers || !signature || algorithm !== 'rsa-sha256') throw notAuthenticated();
  return { keyId, headers, signature };
}

/** Each inner list names alternatives. */
function needed({ method }: SignedRequest): string[][] {
  const always = [['date', 'x-date'], ['(request-target)'], ['host']];
  return carriesBody(method)
    ? [...always, ['content-type'], ['content-length'], ['x-content-sha256']]
    : always;
}

const carriesBody = (method: string) => ['POST', 'PUT', 'PATCH'].includes(method);

function checkDate(date: string | string[] | undefined, now: number): void {
  const sent = Date.parse(String(date));
  if (Number.isNaN(sent) || Math.abs(now - sent) > ALLOWED_SKEW_MS) throw notAuthenticated();
}

function checkBody({ headers, body }: SignedRequest): void {
  const sum = createHash('sha256').update(body).digest('base64');
  if (headers['x-content-sha256'] !== sum) throw notAuthenticated();
}

function line(name: string, { method, target, headers }: SignedRequest): string {
  if (name === '(request-target)') return `${name}: ${method.toLowerCase()} ${target}`;
  return `${name}: ${String(headers[name] ?? '')}`;
}
