import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '../../src/cloud';
import type { LaunchPlan } from '../../src/instances/record';
import { createClouds, type Clouds } from '../../src/journey/clouds';
import { createLab } from '../../src/journey/create-lab';
import type { Lab } from '../../src/journey/lab';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import type { SecretStore } from '../../src/ports/secrets';
import { generateKey } from '../../src/ssh/generate-key';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { median, type Bench } from './figure';

/** Which answer a call needs before it can be made; what is not here needs none. */
const needs: Readonly<Record<string, readonly string[]>> = {
  ListVcns: [],
  CreateVcn: ['ListVcns'],
  CreateInternetGateway: ['CreateVcn'],
  UpdateRouteTable: ['CreateInternetGateway'],
  CreateSecurityList: ['CreateVcn'],
  CreateSubnet: ['CreateSecurityList'],
  CreateNetworkSecurityGroup: ['CreateVcn'],
  AddNetworkSecurityGroupSecurityRules: ['CreateNetworkSecurityGroup'],
  CreateComputeCapacityReport: [],
  // Nothing is launched, and billed, into a network that could not be made whole: its rule and route come before.
  LaunchInstance: [
    'CreateSubnet',
    'UpdateRouteTable',
    'AddNetworkSecurityGroupSecurityRules',
    'CreateComputeCapacityReport',
  ],
  GetInstance: ['LaunchInstance'],
  ListVnicAttachments: ['GetInstance'],
  GetVnic: ['ListVnicAttachments'],
};
/** Calls that code of ours may make besides: as slow as the others. */
const others = [
  'ListInternetGateways',
  'ListSecurityLists',
  'ListNetworkSecurityGroups',
  'ListNetworkSecurityGroupSecurityRules',
  'ListSubnets',
  'GetRouteTable',
  'ListShapes',
  'ListInstances',
  'GetWorkRequest',
];

/** The journey's own launch in an empty compartment, against the longest chain of calls that need each other. */
export const launch: Bench = {
  name: 'launch',
  run: async (rounds) => {
    // The first launch of a process loads the code, here through the TypeScript loader, which nobody else has.
    await launchMs(latenciesOf(rounds));
    const ratios: { readonly took: number; readonly chain: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const latencies = latenciesOf(round);
      ratios.push({ took: await launchMs(latencies), chain: longestChainMs(latencies) });
    }
    const byRatio = ratios.sort((a, b) => a.took / a.chain - b.took / b.chain)[Math.floor(rounds / 2)];
    if (byRatio === undefined) throw new Error('No launch was measured.');
    return [
      {
        name: 'Launch to the address of the running instance',
        unit: 'ms',
        ours: byRatio.took,
        peer: { name: 'longest chain of calls', value: byRatio.chain },
        target: { of: 'ratio', atMost: 1.15 },
      },
      {
        name: 'Launch beyond the longest chain of calls',
        unit: 'ms',
        ours: median(ratios.map(({ took, chain }) => took - chain)),
      },
    ];
  },
};

/** Milliseconds by operation, between 50 and 300; another set in each round, and the same in each run. */
function latenciesOf(round: number): ReadonlyMap<string, number> {
  let state = round + 1;
  const next = () => {
    // A linear congruential generator (Numerical Recipes): figures that can be had again.
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  next();
  return new Map([...Object.keys(needs), ...others].map((name) => [name, Math.round(50 + 250 * next())]));
}

function longestChainMs(latencies: ReadonlyMap<string, number>): number {
  const endOf = (name: string): number =>
    Math.max(0, ...(needs[name] ?? []).map(endOf)) + (latencies.get(name) ?? 0);
  return Math.max(...Object.keys(needs).map(endOf));
}

async function launchMs(latencies: ReadonlyMap<string, number>): Promise<number> {
  const simulated = await startSimulatedCloud({ timeScale: 0, emptyFirstPages: false });
  const storageDir = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-bench-'));
  const { lab, clouds } = openLab(simulated, storageDir);
  try {
    const key = generateKey('bench');
    const cloud = await clouds.of(simulated.credentials.profile, simulated.region);
    const plan = await planOf(cloud, simulated, key.publicLine);
    for (const [operation, delayMs] of latencies)
      simulated.faults.on(operation, { delayMs, times: Infinity });
    const began = performance.now();
    const { id, ended } = await lab.launch(plan, { kind: 'private', privateKeyPem: key.privateKeyPem });
    await addressOf(lab, id);
    const took = performance.now() - began;
    simulated.faults.clear();
    await lab.cancel(id);
    await ended;
    return took;
  } finally {
    await lab.dispose();
    await simulated.close();
    rmSync(storageDir, { recursive: true, force: true });
  }
}

function openLab(simulated: SimulatedCloud, storageDir: string): { lab: Lab; clouds: Clouds } {
  const kept = new Map<string, string>();
  const secrets: SecretStore = {
    get: (name) => Promise.resolve(kept.get(name)),
    store: (name, value) => Promise.resolve(void kept.set(name, value)),
    delete: (name) => Promise.resolve(void kept.delete(name)),
  };
  const questions = {
    trustHostKey: async () => true,
    acceptHost: async () => true,
    ngcKey: async () => undefined,
    passphrase: async () => undefined,
  };
  const common = { secrets, questions, logger: silentLogger, clock: systemClock };
  const { configFile, profile } = simulated.credentials;
  const clouds = createClouds({
    ...common,
    settings: () => ({ configFile, profile, region: simulated.region, endpoint: simulated.endpointTemplate }),
  });
  const resourcesDir = join(import.meta.dirname, '../../resources');
  return {
    lab: createLab({
      ...common,
      storageDir,
      resourcesDir,
      sshDir: join(storageDir, 'ssh'),
      cpuPackages: () => false,
      packageMirrors: () => ({}),
      clouds,
    }),
    clouds,
  };
}

/** What the summary has by then: the SDK is loaded, the catalog is read. */
async function planOf(
  cloud: Cloud,
  { compartmentId, credentials, region }: SimulatedCloud,
  sshPublicKey: string,
): Promise<LaunchPlan> {
  const shapes = await cloud.shapes(compartmentId, { includeCpu: false });
  const shape = shapes.find(({ name }) => name === 'VM.GPU3.2');
  if (shape === undefined) throw new Error('The catalog has no VM.GPU3.2.');
  const [image] = await cloud.images(compartmentId, shape);
  if (image === undefined) throw new Error('The catalog has no image for VM.GPU3.2.');
  return {
    profile: credentials.profile,
    region,
    compartmentId,
    compartmentName: 'notebooks',
    shape: shape.name,
    gpus: { count: shape.gpus, name: shape.gpuDescription ?? '' },
    billedWhenStopped: shape.isBilledForStopped,
    image,
    availabilityDomains: [...shape.availabilityDomains],
    network: { kind: 'lab', allowSshFrom: '203.0.113.7' },
    bootVolumeSizeInGBs: 200,
    sshPublicKey,
    setupWay: null,
    extraPackages: [],
    name: 'bench',
  };
}

function addressOf(lab: Lab, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const record = lab.get(id)?.record;
      if (record?.phase.kind === 'failed') reject(new Error(record.phase.message));
      else if (record?.ssh.host === undefined) return;
      else resolve();
      subscription.dispose();
    };
    const subscription = lab.onDidChange(look);
    look();
  });
}
