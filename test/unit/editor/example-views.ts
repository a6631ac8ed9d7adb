import type { InstanceRecord } from '../../../src/instances/record';
import type { Phase } from '../../../src/instances/phase';
import type { InstanceView, LastTry, TunnelView } from '../../../src/journey/lab';

/** Noon of a fixed day; all examples began to run two hours before. */
export const noon = Date.UTC(2026, 5, 1, 12);
export const hourMs = 3_600_000;

/** An instance with two V100 at $5.90 an hour, as a record would have it. */
export function gpuInstance(
  phase: Phase,
  changes: {
    readonly tunnel?: TunnelView;
    readonly ownedElsewhere?: boolean;
    readonly record?: Partial<InstanceRecord>;
  } = {},
): InstanceView {
  return {
    record: { ...gpuRecord(phase), ...changes.record },
    tunnel: changes.tunnel ?? { kind: 'down' },
    ownedElsewhere: changes.ownedElsewhere ?? false,
    kernels: [],
  };
}

/** What the last try to reach it met: a port that gives no answer. */
export const noAnswer: LastTry = { message: '198.51.100.9 does not answer on port 22.', isSilent: true };

/** A ready instance, lost five seconds ago, whose port 22 is opened by a rule of its own. */
export function lostInstance(
  lastTry: LastTry | undefined,
  record: Partial<InstanceRecord> = {},
): InstanceView {
  const { origin } = gpuRecord({ kind: 'planned' });
  if (origin.kind !== 'oci') throw new Error('not an instance');
  return gpuInstance(
    { kind: 'ready', since: noon },
    {
      tunnel: {
        kind: 'reconnecting',
        localPort: 8888,
        sinceMs: noon - 5_000,
        ...(lastTry ? { lastTry } : {}),
      },
      record: {
        origin: { ...origin, networkSecurityGroupId: 'ocid1.networksecuritygroup.oc1..g' },
        ...record,
      },
    },
  );
}

function gpuRecord(phase: Phase): InstanceRecord {
  return {
    version: 1,
    revision: 1,
    id: 'launch-1',
    name: 'trainer',
    createdAt: noon - 3 * hourMs,
    origin: {
      kind: 'oci',
      instanceId: 'ocid1.instance.oc1..a',
      startedAt: noon - 2 * hourMs,
      plan: {
        profile: 'DEFAULT',
        region: 'eu-frankfurt-1',
        compartmentId: 'ocid1.compartment.oc1..c',
        compartmentName: 'research',
        shape: 'VM.GPU3.2',
        gpus: { count: 2, name: 'V100', memoryGb: 16 },
        price: { usdPerHour: 5.9, asOf: '2026-09-18' },
        billedWhenStopped: true,
        image: {
          id: 'ocid1.image.oc1..i',
          name: 'Oracle-Linux-8.10-Gen2-GPU',
          operatingSystem: 'Oracle Linux',
          isPlatformImage: true,
          minBootVolumeGb: 50,
          loginUser: 'opc',
        },
        availabilityDomains: ['x:EU-FRANKFURT-1-AD-1'],
        network: { kind: 'lab', allowSshFrom: '203.0.113.7/32' },
        bootVolumeSizeInGBs: 200,
        sshPublicKey: 'ssh-ed25519 AAAA',
        setupWay: 'native',
        extraPackages: [],
        name: 'trainer',
      },
    },
    ssh: { host: '198.51.100.9', port: 22, user: 'opc', hostKeys: [] },
    setup: { way: 'native', extraPackages: [] },
    tunnel: { wanted: true },
    phase,
    journal: [],
  };
}
