import type * as common from 'oci-common';
import type * as core from 'oci-core';
import type * as identity from 'oci-identity';
import type { LimitsClient } from 'oci-limits';
import type { WorkRequestClient } from 'oci-workrequests';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { call } from './call';
import type { Credentials } from './credentials';
import { errorFromSdk } from './errors';
import { createHttpClient, type Fetch } from './http-client';
import { createAuthenticator, createTokenRefresh } from './authenticator';

/** The SDK's clients for one profile and region, all over the room's own HTTP client. */
export interface Clients {
  readonly compute: core.ComputeClient;
  readonly network: core.VirtualNetworkClient;
  readonly storage: core.BlockstorageClient;
  readonly identity: identity.IdentityClient;
  readonly limits: LimitsClient;
  readonly workRequests: WorkRequestClient;
  /** The SDK's enumerations for request bodies. */
  readonly coreModels: typeof core.models;
  readonly identityRequests: typeof identity.requests;
  /** As the SDK knows it; for example `phx` has become `us-phoenix-1`. */
  readonly regionId: string;
}

export interface ClientsDeps {
  readonly credentials: Credentials;
  /** Such as `eu-frankfurt-1`, or a three-letter key. */
  readonly region: string;
  /** Everything goes there instead of to Oracle's own addresses; `http` is allowed, `{region}` is filled in. */
  readonly endpoint?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch: Fetch;
  readonly tryLimitMs: number;
}

/**
 * Loads the SDK and builds its clients. The packages are loaded here and nowhere else, on first use: together
 * they take 140 ms and 40 MB.
 */
export async function createClients(deps: ClientsDeps): Promise<Clients> {
  const { common: sdk, core: coreSdk, identity: identitySdk, limits, workRequests } = await import('./sdk');
  const { credentials, clock, logger, fetch, tryLimitMs } = deps;
  const region = findRegion(sdk, deps.region, logger);
  const http = { profile: credentials.profile, fetch, clock, logger, tryLimitMs };
  const endpoint = deps.endpoint?.replaceAll('{region}', region.id).replace(/\/+$/, '');
  const refresh = createTokenRefresh({ sdk, credentials, region, endpoint, http });
  const authenticator = createAuthenticator({ credentials, refresh, clock, logger });
  const signer = new sdk.DefaultRequestSigner(authenticator);
  const httpClient = createHttpClient({ ...http, signer });
  // Retries and circuit breakers are off: the room has one retry policy, and breakers open at the tenth failure.
  const configuration = {
    retryConfiguration: sdk.NoRetryConfigurationDetails,
    circuitBreaker: new sdk.CircuitBreaker({ disableClientCircuitBreaker: true }),
  };

  const aim = <T extends { endpoint: string; regionId: string }>(client: T): T => {
    if (endpoint === undefined) client.regionId = region.id;
    else client.endpoint = endpoint;
    return client;
  };
  try {
    return {
      compute: aim(new coreSdk.ComputeClient({ httpClient }, configuration)),
      network: aim(new coreSdk.VirtualNetworkClient({ httpClient }, configuration)),
      storage: aim(new coreSdk.BlockstorageClient({ httpClient }, configuration)),
      identity: aim(new identitySdk.IdentityClient({ httpClient }, configuration)),
      limits: aim(new limits.LimitsClient({ httpClient }, configuration)),
      workRequests: aim(new workRequests.WorkRequestClient({ httpClient }, configuration)),
      coreModels: coreSdk.models,
      identityRequests: identitySdk.requests,
      regionId: region.id,
    };
  } catch (thrown) {
    throw errorFromSdk('createClients', thrown);
  }
}

/** A region's full name and its realm's domain. */
export interface KnownRegion {
  readonly id: string;
  /** Such as `oraclecloud.com`. */
  readonly domain: string;
}

function findRegion(sdk: typeof common, named: string, logger: Logger): KnownRegion {
  const wanted = named.toLowerCase();
  const region = sdk.Region.values().find(
    ({ regionId, regionCode }) => regionId === wanted || regionCode === wanted,
  );
  if (region === undefined) {
    logger.warn(`OCI region "${named}" is not known to the SDK; Oracle's commercial realm is assumed.`);
    return { id: named, domain: sdk.Realm.OC1.secondLevelDomain };
  }
  return { id: region.regionId, domain: region.realm.secondLevelDomain };
}

/** A page of a list, as every SDK list operation answers. */
interface Page<T> {
  readonly items: readonly T[];
  readonly opcNextPage?: string;
}

/**
 * Reads every page of a list; a page may be empty and still have a next one.
 * @param list makes one call; the page token it is given is encoded, because the SDK does not encode queries.
 * @throws CloudError; the signal's reason when aborted.
 */
export async function listAll<T>(
  operation: string,
  signal: AbortSignal | undefined,
  list: (next: { page?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let next: { page?: string } = {};
  for (;;) {
    const request = next;
    const page = await call(operation, signal, () => list(request));
    items.push(...page.items);
    const token = page.opcNextPage;
    if (token === undefined || token === '' || seen.has(token)) return items;
    seen.add(token);
    next = { page: encodeURIComponent(token) };
  }
}
