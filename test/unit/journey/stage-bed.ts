import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Phase } from '../../../src/instances/phase';
import type { InstanceRecord, OciOrigin } from '../../../src/instances/record';
import { openRecordStore } from '../../../src/instances/store';
import { forgetKeys } from '../../../src/journey/reach/kept-keys';
import type { Questions } from '../../../src/journey/lab';
import { createLiveInstance } from '../../../src/journey/reach/live-instance';
import { openSetupLog } from '../../../src/journey/setup/setup-log';
import type { Stage, StageTools } from '../../../src/journey/stage';
import { systemClock } from '../../../src/ports/clock';
import { silentLogger } from '../../../src/ports/logger';
import { aRecord } from '../instances/a-record';
import { createFakeClock, type FakeClock } from './fake-clock';
import { createMemoryCloud, type MemoryCloud } from './memory-cloud';
import { createMemorySecrets, type MemorySecrets } from './memory-secrets';

/** Everything that a stage works with: a record on disk, a cloud in memory, SSH for real, and time that flies. */
export interface StageBed {
  readonly tools: StageTools;
  readonly memory: MemoryCloud;
  readonly clock: FakeClock;
  readonly secrets: MemorySecrets;
  readonly answers: { trustHostKey: boolean };
  /** Host keys that the person was asked about. */
  readonly asked: string[];
  record(): InstanceRecord;
  origin(): OciOrigin;
  /** The person cancels. */
  cancel(): void;
  /** Runs a stage and writes the phase that it leads to, as the journey does. */
  run(stage: Stage): Promise<Phase>;
  close(): void;
}

/** A record as a launch writes it first. */
export function plannedRecord(domains: readonly string[] = ['AD-1', 'AD-2', 'AD-3']): InstanceRecord {
  const record = aRecord({ phase: { kind: 'launching', step: 'Starting', since: 0 } });
  if (record.origin.kind !== 'oci') throw new Error('not an instance');
  return {
    ...record,
    origin: { kind: 'oci', plan: { ...record.origin.plan, availabilityDomains: [...domains] } },
    ssh: { port: 22, user: 'opc', hostKeys: [] },
  };
}

export async function openStageBed(
  initial: InstanceRecord,
  changes: Partial<StageTools> = {},
): Promise<StageBed> {
  const folder = mkdtempSync(join(tmpdir(), 'stage-'));
  const store = openRecordStore({ folder: join(folder, 'instances'), logger: silentLogger });
  await store.create(initial);
  const { id } = initial;
  const memory = createMemoryCloud();
  const clock = createFakeClock();
  const secrets = createMemorySecrets();
  const controller = new AbortController();
  const answers = { trustHostKey: true };
  const asked: string[] = [];
  const questions: Questions = {
    trustHostKey: async (_record, shown) => {
      asked.push(shown.fingerprint);
      return answers.trustHostKey;
    },
    acceptHost: async () => true,
    passphrase: async () => undefined,
    ngcKey: async () => undefined,
  };
  const record = (): InstanceRecord => {
    const found = store.get(id);
    if (!found) throw new Error('The record is gone.');
    return found;
  };
  const live = createLiveInstance({
    record,
    secrets,
    questions,
    clock: systemClock,
    logger: silentLogger,
    resourcesDir: join(process.cwd(), 'resources'),
  });
  const tools: StageTools = {
    id,
    signal: controller.signal,
    clock,
    logger: silentLogger,
    secrets,
    questions,
    record,
    others: () => store.records.filter((other) => other.id !== id),
    update: (change) => store.update(id, change),
    cloud: () => Promise.resolve(memory.cloud),
    connection: () => live.connection(),
    setup: () => live.setup(),
    setupLog: openSetupLog(join(folder, 'setup.log')),
    forgetKeys: () => forgetKeys(id, { secrets, storageDir: folder }),
    cpuPackages: () => false,
    packageMirrors: () => ({}),
    ...changes,
  };
  return {
    tools,
    memory,
    clock,
    secrets,
    answers,
    asked,
    record,
    origin: () => {
      const { origin } = record();
      if (origin.kind !== 'oci') throw new Error('not an instance');
      return origin;
    },
    cancel: () => controller.abort(new Error('cancelled')),
    run: async (stage) => {
      const phase = await stage(tools);
      await store.update(id, (current) => ({ ...current, phase }));
      return phase;
    },
    close: () => {
      live.dispose();
      store.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
