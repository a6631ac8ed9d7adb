import * as v from 'valibot';
import { shownHostKeySchema } from './host-key';

/** The phases in which something goes on, and can fail. */
export const failurePoints = [
  'launching',
  'booting',
  'connecting',
  'settingUp',
  'stopping',
  'starting',
  'terminating',
] as const;

/**
 * Where an instance is in its life. A phase holds what only makes sense there, so that an impossible
 * combination cannot be written down. Times are milliseconds since the epoch.
 */
export const phaseSchema = v.variant('kind', [
  /** Chosen, nothing created yet. */
  v.object({ kind: v.literal('planned') }),
  /** Network and instance are being created; `step` is the journal's current step in words. */
  v.object({ kind: v.literal('launching'), step: v.string(), since: v.number() }),
  /** The cloud has the instance; it is provisioning, or has no address or open port yet. */
  v.object({ kind: v.literal('booting'), step: v.string(), since: v.number() }),
  /** Host key, login and cloud-init. */
  v.object({ kind: v.literal('connecting'), step: v.string(), since: v.number() }),
  /** Reached, but nothing has been set up on it. */
  v.object({ kind: v.literal('notSetUp') }),
  /** The runner works on the instance; `step` is its own heading. */
  v.object({
    kind: v.literal('settingUp'),
    step: v.string(),
    index: v.number(),
    total: v.number(),
    /** How far a long step is: `38 %, 2,130 of 5,610 MB`. */
    progress: v.optional(v.string()),
    since: v.number(),
  }),
  /** Jupyter answers. `warning` says what is not as it should be (TensorFlow sees fewer GPUs). */
  v.object({ kind: v.literal('ready'), since: v.number(), warning: v.optional(v.string()) }),
  v.object({ kind: v.literal('stopping'), since: v.number() }),
  v.object({
    kind: v.literal('stopped'),
    since: v.number(),
    /** Stopped without this extension having asked for it: some time before `since`, when that was noticed. */
    elsewhere: v.optional(v.boolean()),
  }),
  v.object({ kind: v.literal('starting'), since: v.number() }),
  v.object({
    kind: v.literal('terminating'),
    since: v.number(),
    keepBootVolume: v.boolean(),
    /** The disk that is kept, written down before the instance that it belongs to is gone. */
    bootVolumeId: v.optional(v.string()),
    /** A termination that keeps the disk was asked for, and not refused: the disk may be billed, known or not. */
    diskMayBeKept: v.optional(v.boolean()),
  }),
  v.object({
    kind: v.literal('terminated'),
    since: v.number(),
    keptBootVolumeId: v.optional(v.string()),
    /** A disk was to be kept, and OCI did not show which one: it is billed all the same. */
    keptDiskUnknown: v.optional(v.boolean()),
    /** Terminated without this extension having asked for it: some time before `since`, when that was noticed. */
    elsewhere: v.optional(v.boolean()),
  }),
  /** A step failed. What exists still exists, and may cost money. */
  v.object({
    kind: v.literal('failed'),
    at: v.picklist(failurePoints),
    /** A sentence for the person. */
    message: v.string(),
    /** What can be done about it, first the most useful; each is a button. */
    wayOut: v.array(
      v.picklist([
        'retry',
        'showLog',
        'terminate',
        'forget',
        'allowMyAddress',
        'setUp',
        'changePackages',
        'trustHostKey',
        'chooseSshKey',
        'reachBy',
        'signIn',
      ]),
    ),
    since: v.number(),
    /** START has changed nothing: the machine is stopped as before. */
    isStopped: v.optional(v.boolean()),
    /** The host key that was shown and is not trusted: the person may compare it, and trust it. */
    shownHostKey: v.optional(shownHostKeySchema),
    /** The termination that failed: what it was asked to keep, so that a retry keeps it too. */
    termination: v.optional(
      v.object({
        keepBootVolume: v.boolean(),
        bootVolumeId: v.optional(v.string()),
        diskMayBeKept: v.optional(v.boolean()),
      }),
    ),
  }),
]);

export type Phase = v.InferOutput<typeof phaseSchema>;
export type PhaseKind = Phase['kind'];
export type FailedPhase = Extract<Phase, { kind: 'failed' }>;
export type WayOut = FailedPhase['wayOut'][number];
