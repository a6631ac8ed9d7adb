/** The contract between the simulated cloud and the booted machines behind it. */

/** Which operating system a machine shall look like. */
export type MachineOs =
  | 'debian-12'
  /** A Debian root that looks like Oracle Linux to the set-up scripts: os-release, real dnf, a local RPM repository. */
  | 'oracle-linux-7'
  | 'oracle-linux-8'
  | 'oracle-linux-9'
  /** A Debian root whose os-release says Ubuntu. */
  | 'ubuntu-24.04';

/** What LaunchInstance asks of a machine. */
export interface MachineSpec {
  /** The instance's OCID; the container and its volumes are labelled with it. */
  readonly instanceId: string;
  readonly hostname: string;
  readonly os: MachineOs;
  /** As in LaunchInstance's metadata: `ssh_authorized_keys`, `user_data` (base64). */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the stand-in nvidia-smi shows; count 0 leaves it out. */
  readonly gpu: { readonly count: number; readonly name: string; readonly memoryMiB: number };
  /** Size in GB of the boot volume as asked; the machine pretends to have been grown or not. */
  readonly bootVolumeGb: number;
  /** Boot this disk again instead of the image's. */
  readonly disk?: MachineDisk;
  /** Seconds for which a package-manager lock is held after boot (0: none). */
  readonly packageLockSeconds: number;
}

/** A kept boot volume: the file system of a machine that was terminated. */
export interface MachineDisk {
  readonly id: string;
}

/** A booted machine: a container with real systemd, cloud-init, sshd and sudo. */
export interface Machine {
  readonly instanceId: string;
  /** Reachable from this host; what the VNIC shows as public address, or as private one where it has no public one. */
  readonly address: string;
  /** Everything that was printed on the console since the first boot. */
  console(): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  reset(): Promise<void>;
  /** Ends the machine. With `keepDisk`, its file system stays and can be booted again. */
  terminate(options: { keepDisk: boolean }): Promise<MachineDisk | undefined>;
  /** Opens or closes port 22 to this host, as a security rule would. */
  setReachable(reachable: boolean): Promise<void>;
  /** Runs a command as root inside, for tests. */
  exec(
    command: readonly string[],
    options?: { stdin?: string },
  ): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Boots machines, and in the end removes all it made. */
export interface Machines {
  boot(spec: MachineSpec): Promise<Machine>;
  removeDisk(disk: MachineDisk): Promise<void>;
  /** Removes every container, volume, image and network that this object made. Idempotent. */
  dispose(): Promise<void>;
}
