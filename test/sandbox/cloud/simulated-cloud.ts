import { once } from 'node:events';
import type { models } from 'oci-core';
import type { Machine } from '../machines/machine';
import { createCredentials, type Credentials } from './credentials';
import { createExchangeLog, type Exchange } from './exchanges';
import { createFaults, type Faults } from './faults';
import { newOcid } from './ids';
import { noMachines } from './no-machines';
import { applyReachability, isReachable } from './reachability';
import { createCloudServer } from './server';
import { scaledDelays, type CloudSettings } from './settings';
import { createSimulatedTime } from './time';
import type { Wire } from './wire';
import { createWorld, HOME_REGION, type World } from './world';

/** What costs money at this moment. */
export interface Billing {
  /** All but TERMINATED ones, and STOPPED ones whose shape's bill pauses. */
  readonly instances: readonly Wire<models.Instance>[];
  readonly bootVolumes: readonly Wire<models.BootVolume>[];
}

/** A running simulated cloud. */
export interface SimulatedCloud {
  /** `http://127.0.0.1:PORT`: the home region. */
  readonly endpoint: string;
  /** `http://127.0.0.1:PORT/{region}`: any region, once its name is put in. */
  readonly endpointTemplate: string;
  readonly credentials: Credentials;
  /** The home region's name. */
  readonly region: string;
  readonly regions: readonly string[];
  readonly tenancyId: string;
  /** The first of two compartments below the root. */
  readonly compartmentId: string;
  readonly compartments: readonly { readonly id: string; readonly name: string }[];
  /** Availability domains by region. */
  availabilityDomains(region?: string): readonly string[];
  readonly faults: Faults;
  /** Skips time: all that is due happens at once. */
  advance(ms: number): void;
  /** Everything asked so far, secrets blanked. */
  readonly exchanges: readonly Exchange[];
  /** From where the person now reaches instances (IPv4); rules are applied anew. */
  moveCaller(address: string): Promise<void>;
  /** Whether the rules let the person reach port 22 of the instance. */
  isReachable(instanceId: string): boolean;
  /** What is booted behind an instance. */
  machine(instanceId: string): Promise<Machine> | undefined;
  billing(): Billing;
  /** Names of everything that is not gone, as `Kind displayName`: empty when a person left nothing behind. */
  resources(): readonly string[];
  /** Ends server and machines, and removes the config folder. Idempotent. */
  close(): Promise<void>;
}

/** Starts the simulated control plane on a loopback port. */
export async function startSimulatedCloud(settings: CloudSettings = {}): Promise<SimulatedCloud> {
  const problem = settings.onProblem ?? ((text: string) => void process.stderr.write(`${text}\n`));
  const time = createSimulatedTime((error) => problem(`the simulated cloud failed: ${String(error)}`));
  const delays = scaledDelays(settings);
  const tenancyId = newOcid('tenancy', '');
  const credentials = createCredentials({
    tenancyId,
    userId: newOcid('user', ''),
    region: HOME_REGION,
    now: time.now,
  });
  const machines = settings.machines ?? noMachines(delays.fingerprints, time.now);
  const world = createWorld({ settings, delays, time, machines, credentials, tenancyId, problem });
  const faults = createFaults();
  const exchanges = createExchangeLog(settings.recordFile);
  const server = createCloudServer(world, faults, exchanges);
  server.listen(settings.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  let closed: Promise<void> | undefined;

  return {
    endpoint,
    endpointTemplate: `${endpoint}/{region}`,
    credentials,
    region: HOME_REGION,
    regions: world.regions.map(({ name }) => name),
    tenancyId,
    compartmentId: world.compartments[0]?.id ?? tenancyId,
    compartments: world.compartments.map(({ id, name }) => ({ id, name })),
    availabilityDomains: (name = HOME_REGION) =>
      (world.regions.find((region) => region.name === name)?.domains ?? []).map((domain) => domain.name),
    faults,
    advance: time.advance,
    exchanges: exchanges.all,
    async moveCaller(to) {
      world.callerAddress = to;
      await Promise.all(world.regions.map((region) => applyReachability(region, to)));
    },
    isReachable: (id) => world.regions.some((region) => isReachable(region, id, world.callerAddress)),
    machine: (id) =>
      world.regions.map((region) => region.machines.get(id)).find((machine) => machine !== undefined),
    billing: () => billing(world),
    resources: () => resources(world),
    close() {
      closed ??= (async () => {
        time.dispose();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        await machines.dispose();
        credentials.dispose();
      })();
      return closed;
    },
  };
}

function billing({ regions }: World): Billing {
  return {
    instances: regions.flatMap(({ instances, shapes }) =>
      instances.all().filter(({ lifecycleState, shape }) => {
        const pauses = !shapes.find(({ name }) => name === shape)?.billedWhenStopped;
        return lifecycleState !== 'TERMINATED' && !(lifecycleState === 'STOPPED' && pauses);
      }),
    ),
    bootVolumes: regions.flatMap(({ bootVolumes }) =>
      bootVolumes.all().filter((volume) => volume.lifecycleState !== 'TERMINATED'),
    ),
  };
}

function resources({ regions }: World): string[] {
  return regions.flatMap((region) => {
    const kinds: Record<string, readonly { lifecycleState: string; displayName?: string }[]> = {
      Vcn: region.vcns.all(),
      InternetGateway: region.gateways.all(),
      RouteTable: region.routeTables.all(),
      SecurityList: region.securityLists.all(),
      NetworkSecurityGroup: region.securityGroups.all(),
      Subnet: region.subnets.all(),
      Instance: region.instances.all(),
      BootVolume: region.bootVolumes.all(),
      ConsoleHistory: region.consoles.all(),
    };
    return Object.entries(kinds).flatMap(([kind, records]) =>
      records
        .filter(({ lifecycleState }) => lifecycleState !== 'TERMINATED')
        .map(({ displayName }) => `${kind} ${displayName ?? ''}`.trim()),
    );
  });
}
