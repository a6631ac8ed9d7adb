import type { BootVolume } from '../../cloud/types';
import type { NewRecord } from '../../instances/record';
import type { Place } from '../clouds';

/** What is known of a kept boot volume besides. */
export interface KeptDisk extends Place {
  readonly id: string;
  /** Of the instance that it belonged to. */
  readonly shape: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The record of an instance of which only its boot volume is left: it tells what that costs, and can delete it. */
export function recordOfKeptDisk(disk: BootVolume, { profile, region, id, shape, now }: KeptDisk): NewRecord {
  const name = disk.name.replace(/ \(Boot Volume\)$/, '');
  const plan = {
    profile,
    region,
    compartmentId: disk.compartmentId,
    compartmentName: '',
    shape,
    gpus: { count: 0, name: '' },
    billedWhenStopped: false,
    image: {
      id: disk.imageId ?? '',
      name: '',
      operatingSystem: '',
      isPlatformImage: false,
      minBootVolumeGb: disk.sizeGb,
      loginUser: '',
    },
    availabilityDomains: [disk.availabilityDomain],
    network: { kind: 'subnet' as const, subnetId: '', subnetName: '', isPublic: false },
    bootVolumeSizeInGBs: disk.sizeGb,
    sshPublicKey: '',
    setupWay: null,
    extraPackages: [],
    name,
  };
  return {
    id,
    name,
    createdAt: Date.parse(disk.timeCreated),
    origin: { kind: 'oci', plan, availabilityDomain: disk.availabilityDomain, foundBy: 'tags' },
    ssh: { port: 22, user: '', hostKeys: [] },
    setup: { way: null, extraPackages: [] },
    tunnel: { wanted: false },
    phase: { kind: 'terminated', since: now, keptBootVolumeId: disk.id },
    journal: [],
  };
}
