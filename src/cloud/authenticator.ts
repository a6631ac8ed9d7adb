import { randomUUID } from 'node:crypto';
import type * as common from 'oci-common';
import * as v from 'valibot';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { call } from './call';
import type { KnownRegion } from './clients';
import type { Credentials } from './credentials';
import { createHttpClient, type HttpClientDeps } from './http-client';
import { createSessionToken, type RefreshToken } from './session-token';

export interface AuthenticatorDeps {
  readonly credentials: Credentials;
  readonly refresh: RefreshToken;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the SDK's signer asks on each request: who signs (`keyId`), and with which key. */
export function createAuthenticator(deps: AuthenticatorDeps): common.AuthenticationDetailsProvider {
  const { profile, privateKeyPem } = deps.credentials;
  const key = {
    getPrivateKey: () => privateKeyPem,
    // The key has been opened already.
    getPassphrase: () => null,
  };
  if (profile.kind === 'apiKey') {
    const keyId = `${profile.tenancyId}/${profile.userId}/${profile.fingerprint}`;
    return { ...key, getKeyId: () => Promise.resolve(keyId) };
  }
  const token = createSessionToken({
    profile,
    refresh: deps.refresh,
    clock: deps.clock,
    logger: deps.logger,
  });
  return { ...key, getKeyId: async () => sessionKeyId(await token.current()) };
}

/** Requests of a session are signed as `ST$` and the token. */
function sessionKeyId(token: string): string {
  return `ST$${token}`;
}

export interface TokenRefreshDeps {
  readonly sdk: typeof common;
  readonly credentials: Credentials;
  readonly region: KnownRegion;
  readonly endpoint?: string | undefined;
  readonly http: Omit<HttpClientDeps, 'signer'>;
}

const refreshAnswer = v.object({ token: v.pipe(v.string(), v.nonEmpty()) });

/**
 * The exchange of a session token for a newer one, as `oci session refresh` makes it:
 * `POST https://auth.<region>.<domain>/v1/authentication/refresh`, signed with the present token.
 */
export function createTokenRefresh({
  sdk,
  credentials,
  region,
  endpoint,
  http,
}: TokenRefreshDeps): RefreshToken {
  const base = endpoint ?? `https://auth.${region.id}.${region.domain}`;
  return async (currentToken) => {
    const signer = new sdk.DefaultRequestSigner({
      getKeyId: () => Promise.resolve(sessionKeyId(currentToken)),
      getPrivateKey: () => credentials.privateKeyPem,
      getPassphrase: () => null,
    });
    const client = createHttpClient({ ...http, signer });
    const headers = new Headers({ 'content-type': 'application/json', 'opc-request-id': randomUUID() });
    const body = JSON.stringify({ currentToken });
    const response = await call('refreshSessionToken', undefined, () =>
      client.send({ method: 'POST', uri: `${base}/v1/authentication/refresh`, headers, body }),
    );
    return v.parse(refreshAnswer, await response.json()).token;
  };
}
