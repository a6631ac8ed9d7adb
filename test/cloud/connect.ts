import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  createCloud,
  openCredentials,
  readProfile,
  type Cloud,
  type Credentials,
  type CredentialsDeps,
} from '../../src/cloud';
import { createClouds, type Clouds } from '../../src/journey/clouds';
import { systemClock, type Clock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import type { SimulatedCloud } from '../sandbox/cloud/simulated-cloud';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export { publicKey };

/** An API-key profile whose key exists only here. */
export const credentials: Credentials = {
  profile: {
    kind: 'apiKey',
    name: 'DEFAULT',
    configFile: '/home/person/.oci/config',
    tenancyId: 'ocid1.tenancy.oc1..aaaa',
    region: 'us-phoenix-1',
    keyFile: '/home/person/.oci/key.pem',
    userId: 'ocid1.user.oc1..bbbb',
    fingerprint: 'aa:bb',
    warnings: [],
  },
  privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};

/** Time that passes at once where it is waited for. */
export function createFastClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  let ahead = 0;
  return {
    slept,
    now: () => Date.now() + ahead,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      ahead += ms;
      return Promise.resolve();
    },
  };
}

/** The real SDK and the real code above it, pointed at a service. */
export function connect(
  endpoint: string,
  more: { clock?: Clock; credentials?: Credentials } = {},
): Promise<Cloud> {
  return createCloud({
    credentials: more.credentials ?? credentials,
    region: 'us-phoenix-1',
    endpoint,
    logger: silentLogger,
    clock: more.clock ?? createFastClock(),
    tryLimitMs: 300,
  });
}

/** Answers no question, and keeps nothing. */
const nobody: CredentialsDeps = {
  secrets: {
    get: () => Promise.resolve(undefined),
    store: () => Promise.resolve(),
    delete: () => Promise.resolve(),
  },
  askPassphrase: () => assert.fail('nothing was to be asked'),
};

/** The same, pointed at the simulated cloud with a profile that it handed out, and with time as it is. */
export async function connectToSimulated(
  simulated: SimulatedCloud,
  {
    profile = simulated.credentials.profile,
    person = nobody,
    configFile = simulated.credentials.configFile,
  } = {},
): Promise<Cloud> {
  const entry = await readProfile(profile, configFile);
  assert.ok(entry.kind === 'usable');
  const outcome = await openCredentials(entry.profile, person);
  assert.ok(outcome.kind === 'opened', outcome.kind);
  return createCloud({
    credentials: outcome.credentials,
    region: simulated.region,
    endpoint: simulated.endpointTemplate,
    logger: silentLogger,
  });
}

/** The clouds as the extension makes them, over the simulated cloud's config file. */
export function cloudsOf({ credentials, region, endpointTemplate }: SimulatedCloud): Clouds {
  const { configFile, profile } = credentials;
  return createClouds({
    settings: () => ({ configFile, profile, region, endpoint: endpointTemplate }),
    secrets: nobody.secrets,
    questions: { passphrase: () => assert.fail('nothing was to be asked') },
    logger: silentLogger,
    clock: systemClock,
  });
}
