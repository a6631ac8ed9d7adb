/** Freeform tags that this extension puts on what it makes, and finds it by again. */
export const tagNames = {
  /** On instances, and on the parts of the network that were made for them: the launch's id (a UUID). */
  launch: 'oci-gpu-lab-launch',
  /** On instances: fingerprint of the SSH public key that was given at launch. */
  key: 'oci-gpu-lab-key',
  /** On instances: the setup way that was chosen. */
  setup: 'oci-gpu-lab-setup',
  /** On a boot volume that was kept when its instance was terminated: the instance's shape. */
  kept: 'oci-gpu-lab-kept',
  /** On a custom image, set by its maker: the user that the SSH key is given to. */
  loginUser: 'oci-gpu-lab-user',
  /** On the parts of the lab's network: which part it is. */
  network: 'oci-gpu-lab-network',
} as const;

/** What an instance's tags tell about its launch. */
export interface LaunchTags {
  readonly launchId: string;
  readonly keyFingerprint?: string | undefined;
  readonly setupWay?: string | undefined;
}

/** The tags of a launch; empty values are left out, because OCI refuses them. */
export function launchTags({ launchId, keyFingerprint, setupWay }: LaunchTags): Record<string, string> {
  return {
    [tagNames.launch]: launchId,
    ...(keyFingerprint ? { [tagNames.key]: keyFingerprint } : {}),
    ...(setupWay ? { [tagNames.setup]: setupWay } : {}),
  };
}

/** The tags of a boot volume that is kept. */
export function keptDiskTags({ launchId, shape }: KeptDiskTags): Record<string, string> {
  return { [tagNames.launch]: launchId, [tagNames.kept]: shape };
}

/** What a kept boot volume's tags tell of its instance. */
export interface KeptDiskTags {
  readonly launchId: string;
  readonly shape: string;
}

/** Reads them back; `undefined` for a disk that this extension did not keep. */
export function readKeptDiskTags(tags: Readonly<Record<string, string>>): KeptDiskTags | undefined {
  const { [tagNames.launch]: launchId, [tagNames.kept]: shape } = tags;
  return launchId === undefined || shape === undefined ? undefined : { launchId, shape };
}

/** Reads a launch's tags back; `undefined` when the instance was not launched by this extension. */
export function readLaunchTags(tags: Readonly<Record<string, string>>): LaunchTags | undefined {
  const launchId = tags[tagNames.launch];
  if (launchId === undefined) return undefined;
  return { launchId, keyFingerprint: tags[tagNames.key], setupWay: tags[tagNames.setup] };
}
