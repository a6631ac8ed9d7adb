import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '../../src/cloud';
import type { Exchange } from '../sandbox/cloud/exchanges';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { connectToSimulated } from './connect';
import { decodeStrictly } from './decode-strictly';
import { takeTour } from './tour';

const withField = (body: unknown, field: object): object => ({ ...(body as object), ...field });

/** Exchanges made wrong in one place, and what is then said. */
const mistakes: readonly (readonly [
  what: string,
  operation: string,
  change: (exchange: Exchange) => Partial<Exchange>,
  complaint: RegExp,
])[] = [
  [
    'a field that OCI does not know',
    'LaunchInstance',
    ({ requestBody }) => ({ requestBody: withField(requestBody, { gpuCount: 2 }) }),
    /body\.gpuCount: LaunchInstanceDetails has no such field/,
  ],
  [
    'a field of a wrong type',
    'CreateVcn',
    ({ requestBody }) => ({ requestBody: withField(requestBody, { cidrBlocks: '10.0.0.0/16' }) }),
    /body\.cidrBlocks: '10\.0\.0\.0\/16' is not a list/,
  ],
  [
    'a field that is missing',
    'LaunchInstance',
    ({ requestBody }) => ({ requestBody: withField(requestBody, { availabilityDomain: undefined }) }),
    /LaunchInstanceDetails\.availability_domain is required/,
  ],
  [
    'a null in a request',
    'LaunchInstance',
    ({ requestBody }) => ({ requestBody: withField(requestBody, { faultDomain: null }) }),
    /body\.faultDomain: a request leaves out/,
  ],
  [
    'a value outside an enumeration',
    'LaunchInstance',
    ({ requestBody }) => ({
      requestBody: withField(requestBody, { launchOptions: { firmware: 'COREBOOT' } }),
    }),
    /'COREBOOT' is not one of the values of LaunchOptions\.firmware/,
  ],
  [
    'a query parameter that the operation lacks',
    'ListInstances',
    ({ query }) => ({ query: { ...query, tag: 'mine' } }),
    /unknown kwargs: \['tag'\]/,
  ],
  [
    'a header that the operation lacks',
    'GetInstance',
    ({ requestHeaders }) => ({ requestHeaders: { ...requestHeaders, 'opc-retry-token': 'one' } }),
    /unknown kwargs: \['opc_retry_token'\]/,
  ],
  [
    'an unknown state in an answer',
    'GetInstance',
    ({ responseBody }) => ({ responseBody: withField(responseBody, { lifecycleState: 'ASLEEP' }) }),
    /'ASLEEP' is not one of the values of Instance\.lifecycle_state/,
  ],
  [
    'an unknown field in an answer',
    'GetInstance',
    ({ responseBody }) => ({ responseBody: withField(responseBody, { publicIp: '192.0.2.1' }) }),
    /answer\.publicIp: Instance has no such field/,
  ],
  [
    'an answer without a required field',
    'CreateVcn',
    ({ responseBody }) => ({ responseBody: withField(responseBody, { cidrBlock: undefined }) }),
    /Vcn\.cidr_block is required/,
  ],
];

describe('every call that the extension can make, with its answer', function () {
  this.timeout(180_000);
  let folder: string;
  let recordFile: string;
  let simulated: SimulatedCloud;
  let recorded: Exchange[];
  const called = new Set<string | symbol>();
  let cloud: Cloud;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-strict-'));
    recordFile = join(folder, 'exchanges.jsonl');
    simulated = await startSimulatedCloud({ timeScale: 0.003, recordFile });
    cloud = await connectToSimulated(simulated);
    const noting = new Proxy(cloud, {
      get: (target, name, receiver): unknown => {
        called.add(name);
        return Reflect.get(target, name, receiver);
      },
    });
    await takeTour(noting, simulated);
    const lines = (await readFile(recordFile, 'utf8')).trim().split('\n');
    recorded = lines.map((line) => JSON.parse(line) as Exchange);
  });
  after(async () => {
    await simulated.close();
    await rm(folder, { recursive: true });
  });

  it('is on the record', () => {
    const methods = Object.entries(cloud).filter(([, value]) => typeof value === 'function');
    assert.deepEqual(
      methods.map(([name]) => name).filter((name) => !called.has(name)),
      [],
    );
  });

  it("fits the models of OCI's own SDK, field by field", async () => {
    assert.deepEqual(await decodeStrictly(recorded), []);
  });

  describe('would not pass with', () => {
    let complaints: readonly string[];
    before(async () => {
      const wrong = mistakes.map(([what, operation, change]) => {
        const exchange = recorded.find((one) => one.operation === operation && one.status === 200);
        assert.ok(exchange, `${operation} for ${what}`);
        return { ...exchange, ...change(exchange) };
      });
      complaints = await decodeStrictly(wrong);
    });

    for (const [index, [what, , , complaint]] of mistakes.entries()) {
      it(what, () => {
        const mine = complaints.filter((line) => line.startsWith(`${index + 1}: `));
        assert.match(mine.join('\n'), complaint);
      });
    }
  });
});
