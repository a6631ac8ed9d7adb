/** How long each wait of first contact may take, in milliseconds: the one table. */
export interface FirstContactLimits {
  /** From LaunchInstance's answer to RUNNING. */
  readonly runningMs: number;
  /** From RUNNING to an address. */
  readonly addressMs: number;
  /** From the address to an answer on port 22. A machine that boots is as silent as one whose port is shut. */
  readonly portMs: number;
  /** From then to complete host-key fingerprints on the console. */
  readonly fingerprintsMs: number;
  /** From the first connection to a login that works: cloud-init places the key after sshd answers. */
  readonly loginMs: number;
  /** `cloud-init status --wait`. */
  readonly cloudInitMs: number;
}

const minute = 60_000;

const virtualMachine: FirstContactLimits = {
  runningMs: 10 * minute,
  addressMs: 5 * minute,
  portMs: 5 * minute,
  fingerprintsMs: 5 * minute,
  loginMs: 3 * minute,
  cloudInitMs: 10 * minute,
};

/** Bare metal runs its firmware's self-test first. */
const bareMetal: FirstContactLimits = {
  runningMs: 45 * minute,
  addressMs: 10 * minute,
  portMs: 20 * minute,
  fingerprintsMs: 15 * minute,
  loginMs: 5 * minute,
  cloudInitMs: 20 * minute,
};

/** OCI's shape names begin with VM or BM. */
export function firstContactLimits(shape: string): FirstContactLimits {
  return shape.startsWith('BM.') ? bareMetal : virtualMachine;
}

/**
 * TCP, key exchange and login with a machine that is up: it answers within seconds, and silence means that the way to
 * it is shut. Where one boots, after a launch or Start, silence says nothing for minutes: that is `portMs`.
 */
export const connectLimitMs = minute;

/** How long to look for an instance whose LaunchInstance got no answer: ListInstances lags behind. */
export const lookForLaunchMs = 2 * minute;

/** How long to look for the disk of an instance before it is ended without knowing which one is kept. */
export const lookForDiskMs = minute;

/** For how long after its launch the id of an instance may be unknown to OCI; seconds, as a rule. */
export const unknownIdMs = 2 * minute;

/** For power actions and termination. SOFTSTOP waits up to 15 minutes before it powers off. */
export const powerLimitMs = 20 * minute;

/** Pauses between two looks at the cloud: quick at first, then gentle. */
export const cloudPause = { firstMs: 1_000, factor: 1.4, maxMs: 8_000, jitter: 0.2 };

/** Each look at the console is a capture of its own (20 s apart in the end, DESIGN). */
export const consolePause = { firstMs: 2_000, factor: 1.6, maxMs: 20_000 };
