import * as v from 'valibot';
import { setupWays } from '../ports/setup-way';
import { hostKeySchema } from './host-key';
import { phaseSchema } from './phase';

/** One step of a launch, written before its call is made, so that a crash in between loses nothing. */
const journalEntrySchema = v.object({
  step: v.picklist(['network', 'sshRule', 'launchInstance']),
  /** Milliseconds since the epoch. */
  at: v.number(),
  /** `opc-retry-token` of the call; one for each attempt in a domain. OCI honours it for 24 hours. */
  retryToken: v.optional(v.string()),
  availabilityDomain: v.optional(v.string()),
  /** To whom port 22 of the lab's network was opened for this instance, by it or by another one of the list. */
  cidr: v.optional(v.string()),
  outcome: v.optional(v.string()),
});
export type JournalEntry = v.InferOutput<typeof journalEntrySchema>;

/** What the person chose in the launch summary. */
export const launchPlanSchema = v.object({
  profile: v.string(),
  region: v.string(),
  compartmentId: v.string(),
  compartmentName: v.string(),
  shape: v.string(),
  /** For flexible (CPU) shapes only. */
  shapeConfig: v.optional(v.object({ ocpus: v.number(), memoryInGBs: v.number() })),
  /** What TensorFlow shall find there; count 0 for a CPU shape. */
  gpus: v.object({ count: v.number(), name: v.string(), memoryGb: v.optional(v.number()) }),
  /** USD an hour by list price, and the date of that price; absent when nobody knows. */
  price: v.optional(v.object({ usdPerHour: v.number(), asOf: v.string() })),
  /** From `Shape.isBilledForStoppedInstance`. */
  billedWhenStopped: v.boolean(),
  image: v.object({
    id: v.string(),
    name: v.string(),
    operatingSystem: v.string(),
    isPlatformImage: v.boolean(),
    minBootVolumeGb: v.number(),
    /** Who logs in: `opc`, `ubuntu`, … */
    loginUser: v.string(),
  }),
  /** The domains to try, in order; more than one means *Any*. */
  availabilityDomains: v.pipe(v.array(v.string()), v.minLength(1)),
  network: v.variant('kind', [
    v.object({ kind: v.literal('lab'), allowSshFrom: v.string() }),
    v.object({
      kind: v.literal('subnet'),
      subnetId: v.string(),
      subnetName: v.string(),
      isPublic: v.boolean(),
      /** On the way to a private address; absent: it is reached directly, by VPN or peering. */
      jump: v.optional(v.object({ host: v.string(), port: v.number(), user: v.string() })),
    }),
  ]),
  bootVolumeSizeInGBs: v.number(),
  /** The public half; the private half is a {@link KeyReference}. */
  sshPublicKey: v.string(),
  setupWay: v.nullable(v.picklist(setupWays)),
  extraPackages: v.array(v.string()),
  /** The tag of the container image, for the ways that have one; absent: the way's default. */
  containerTag: v.optional(v.string()),
  name: v.string(),
});
export type LaunchPlan = v.InferOutput<typeof launchPlanSchema>;

/** It answers only from inside its network: by VPN, peering or a jump host. */
export function hasPrivateAddress({ network }: Pick<LaunchPlan, 'network'>): boolean {
  return network.kind === 'subnet' && !network.isPublic;
}

/** Where the private key is; never the key itself. */
export const keyReferenceSchema = v.variant('kind', [
  /** Generated here; kept in the secret store under `secretKey`. */
  v.object({ kind: v.literal('secret'), secretKey: v.string() }),
  v.object({ kind: v.literal('file'), path: v.string() }),
  v.object({ kind: v.literal('agent'), publicKey: v.string() }),
]);
export type KeyReference = v.InferOutput<typeof keyReferenceSchema>;

const gpuReportSchema = v.object({
  expected: v.number(),
  found: v.number(),
  /** Milliseconds since the epoch. */
  checkedAt: v.number(),
  cause: v.optional(v.string()),
  /** The cause in words. */
  because: v.optional(v.string()),
});
export type GpuReport = v.InferOutput<typeof gpuReportSchema>;

/** What is kept on disk about an instance: one JSON file each. A cache; the cloud is the truth. */
export const instanceRecordSchema = v.object({
  version: v.literal(1),
  /** Grows by one with each write; a write based on an older revision is refused. */
  revision: v.number(),
  /** The launch id (a UUID), carried by the instance's tags; the stable identity everywhere in the editor. */
  id: v.string(),
  name: v.string(),
  /** Milliseconds since the epoch. */
  createdAt: v.number(),
  origin: v.variant('kind', [
    v.object({
      kind: v.literal('oci'),
      plan: launchPlanSchema,
      /** Absent until LaunchInstance has answered. */
      instanceId: v.optional(v.string()),
      availabilityDomain: v.optional(v.string()),
      /** The group that opens port 22, when the lab's own network is used. */
      networkSecurityGroupId: v.optional(v.string()),
      workRequestId: v.optional(v.string()),
      /** Not launched by a record of this storage: found by its tags, or adopted. */
      foundBy: v.optional(v.picklist(['tags', 'adoption'])),
      /** When the cloud said that it began to run (milliseconds): what it has cost is counted from here. */
      startedAt: v.optional(v.number()),
      /** How long it has been stopped in all, the present stop left out (milliseconds). */
      stoppedMs: v.optional(v.number()),
      /** A stop was noticed late, so that it has been stopped for longer than that. */
      stoppedLonger: v.optional(v.boolean()),
    }),
    v.object({ kind: v.literal('ssh') }),
  ]),
  ssh: v.object({
    host: v.optional(v.string()),
    port: v.number(),
    user: v.string(),
    key: v.optional(keyReferenceSchema),
    /** Host keys that are trusted, as OpenSSH fingerprints. */
    hostKeys: v.array(hostKeySchema),
    jump: v.optional(
      v.object({
        host: v.string(),
        port: v.number(),
        user: v.string(),
        hostKeys: v.optional(v.array(hostKeySchema), []),
      }),
    ),
  }),
  setup: v.object({
    way: v.nullable(v.picklist(setupWays)),
    extraPackages: v.array(v.string()),
    /** As in the launch plan. */
    containerTag: v.optional(v.string()),
    gpus: v.optional(gpuReportSchema),
  }),
  tunnel: v.object({
    /** The person wants it up; it is then brought up whenever the instance is ready. */
    wanted: v.boolean(),
    localPort: v.optional(v.number()),
  }),
  /** When the first login worked (milliseconds); until then, Cancel rolls the launch back. */
  reachedAt: v.optional(v.number()),
  /** What cloud-init could not do at the last boot; told with the instance that is ready all the same. */
  bootWarning: v.optional(v.string()),
  phase: phaseSchema,
  journal: v.array(journalEntrySchema),
});
export type InstanceRecord = v.InferOutput<typeof instanceRecordSchema>;

/** A record before it is written. */
export type NewRecord = Omit<InstanceRecord, 'revision' | 'version'>;

/** A record as it is kept on disk. @throws when it is none, or a newer version's */
export function parseRecord(text: string): InstanceRecord {
  const json: unknown = JSON.parse(text);
  return v.parse(instanceRecordSchema, json);
}

export type OciOrigin = Extract<InstanceRecord['origin'], { kind: 'oci' }>;
