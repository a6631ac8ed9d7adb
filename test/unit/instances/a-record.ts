import type { InstanceRecord } from '../../../src/instances/record';

/** A complete record of a two-GPU instance, for tests to vary. */
export function aRecord(changes: Partial<InstanceRecord> = {}): InstanceRecord {
  return {
    version: 1,
    revision: 1,
    id: '5b1f6b1e-0000-4000-8000-000000000001',
    name: 'lab-1',
    createdAt: 1_000,
    origin: {
      kind: 'oci',
      instanceId: 'ocid1.instance.oc1.ap-tokyo-1.one',
      availabilityDomain: 'Uocm:AP-TOKYO-1-AD-1',
      startedAt: 0,
      plan: {
        profile: 'DEFAULT',
        region: 'ap-tokyo-1',
        compartmentId: 'ocid1.compartment.oc1..lab',
        compartmentName: 'lab',
        shape: 'VM.GPU3.2',
        gpus: { count: 2, name: 'V100' },
        price: { usdPerHour: 5.9, asOf: '2026-09-18' },
        billedWhenStopped: true,
        image: {
          id: 'ocid1.image.oc1..ol9',
          name: 'Oracle-Linux-9.8-Gen2-GPU-2026.07.20-0',
          operatingSystem: 'Oracle Linux',
          isPlatformImage: true,
          minBootVolumeGb: 47,
          loginUser: 'opc',
        },
        availabilityDomains: ['Uocm:AP-TOKYO-1-AD-1'],
        network: { kind: 'lab', allowSshFrom: '203.0.113.7/32' },
        bootVolumeSizeInGBs: 200,
        sshPublicKey: 'ssh-ed25519 AAAA lab',
        setupWay: 'native',
        extraPackages: [],
        name: 'lab-1',
      },
    },
    ssh: { host: '198.51.100.4', port: 22, user: 'opc', hostKeys: [] },
    setup: { way: 'native', extraPackages: [] },
    tunnel: { wanted: true },
    phase: { kind: 'ready', since: 0 },
    journal: [],
    ...changes,
  };
}
