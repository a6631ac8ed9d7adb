import type { Cloud } from '../cloud/cloud';
import { isAdopted } from '../instances/life';
import type { FailedPhase, Phase, WayOut } from '../instances/phase';
import type { InstanceRecord, OciOrigin } from '../instances/record';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import type { SecretStore } from '../ports/secrets';
import type { PackageMirrors, Setup } from '../setup/types';
import type { SshConnection } from '../ssh/types';
import type { Questions } from './lab';
import type { SetupLog } from './setup/setup-log';

/** What a stage may use. One object for each record and run. */
export interface StageTools {
  readonly id: string;
  /** Aborted when the person cancels or the editor closes. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly secrets: SecretStore;
  readonly questions: Questions;
  /** The record's newest revision. */
  record(): InstanceRecord;
  /** All the other records. */
  others(): readonly InstanceRecord[];
  update(change: (current: InstanceRecord) => InstanceRecord): Promise<InstanceRecord>;
  /** The cloud of the record's profile and region. */
  cloud(): Promise<Cloud>;
  /** The one connection to the instance, made anew when its address or key has changed. */
  connection(): Promise<SshConnection>;
  setup(): Promise<Setup>;
  readonly setupLog: SetupLog;
  /** Forgets the key that was kept for this instance, and Jupyter's token: nothing is left that they open. */
  forgetKeys(): Promise<void>;
  /** The sandbox's setting: install the CPU build on GPU shapes too. */
  cpuPackages(): boolean;
  packageMirrors(): PackageMirrors;
}

/** Works in one phase and says which comes next. Failures that are expected are `failed` phases, not exceptions. */
export type Stage = (tools: StageTools) => Promise<Phase>;

/** The cloud half of a record. @throws when the record is an SSH host: a bug of the caller. */
export function ociOrigin(record: InstanceRecord): OciOrigin {
  if (record.origin.kind !== 'oci') throw new Error(`${record.name} was not launched on OCI.`);
  return record.origin;
}

/** @returns the record with changes to its cloud half. */
export function withOci(record: InstanceRecord, changes: Partial<OciOrigin>): InstanceRecord {
  return { ...record, origin: { ...ociOrigin(record), ...changes } };
}

/** Says in the record what is going on now, within the same phase. */
export async function sayStep(tools: StageTools, step: string): Promise<void> {
  tools.logger.info(`${tools.record().name}: ${step}`);
  await tools.update((record) =>
    'step' in record.phase ? { ...record, phase: { ...record.phase, step } } : record,
  );
}

/** The ways out of a failure; the last gives the instance up: what was not launched here only leaves the list. */
export function waysOut(record: Pick<InstanceRecord, 'origin'>, ...first: WayOut[]): WayOut[] {
  return [...first, record.origin.kind === 'oci' && !isAdopted(record) ? 'terminate' : 'forget'];
}

/** A failed phase. `message` is for the person; the cause goes to the log. */
export function failed(
  tools: Pick<StageTools, 'clock'>,
  at: FailedPhase['at'],
  message: string,
  wayOut: readonly WayOut[],
): FailedPhase {
  return { kind: 'failed', at, message, wayOut: [...wayOut], since: tools.clock.now() };
}
