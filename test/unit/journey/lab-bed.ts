import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhaseKind } from '../../../src/instances/phase';
import type { InstanceRecord, LaunchPlan } from '../../../src/instances/record';
import type { Clouds } from '../../../src/journey/clouds';
import { createLab } from '../../../src/journey/create-lab';
import type { Lab, Unread } from '../../../src/journey/lab';
import type { LabDeps } from '../../../src/journey/lab-deps';
import { systemClock, type Clock } from '../../../src/ports/clock';
import { silentLogger } from '../../../src/ports/logger';
import { aRecord } from '../instances/a-record';
import type { MemoryCloud } from './memory-cloud';
import { createMemorySecrets, type MemorySecrets } from './memory-secrets';

/** The whole journey over a storage folder of its own and a cloud in memory. */
export interface LabBed {
  readonly folder: string;
  readonly memory: MemoryCloud;
  /** The clouds of the other profiles. */
  readonly others: ReadonlyMap<string, MemoryCloud>;
  readonly secrets: MemorySecrets;
  /** A window of the editor: the first, or one more. */
  openWindow(): Lab;
  /** Puts a record into the storage, as an earlier window left it. */
  leave(record: InstanceRecord): void;
  close(): Promise<void>;
}

export async function openLabBed(
  options: {
    readonly clock?: Clock;
    readonly acceptHost?: boolean;
    /** More profiles than the one in use; each leads to a cloud of its own. */
    readonly otherProfiles?: readonly string[];
    /** Profiles that do not open without a question. */
    readonly unopened?: readonly Unread[];
  } = {},
): Promise<LabBed> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'));
  // Loaded as the lab loads its actions, so that a CloudError is the same class to both.
  const { createMemoryCloud } = await import('./memory-cloud');
  const memory = createMemoryCloud();
  const others = new Map((options.otherProfiles ?? []).map((name) => [name, createMemoryCloud()]));
  const secrets = createMemorySecrets();
  const windows: Lab[] = [];
  const deps: LabDeps = {
    storageDir: folder,
    resourcesDir: join(process.cwd(), 'resources'),
    sshDir: join(folder, 'ssh'),
    secrets,
    questions: {
      trustHostKey: async () => true,
      acceptHost: async () => options.acceptHost ?? true,
      ngcKey: async () => undefined,
      passphrase: async () => undefined,
    },
    logger: silentLogger,
    clock: options.clock ?? systemClock,
    clouds: cloudsOf(memory, others, options.unopened ?? []),
    cpuPackages: () => false,
    packageMirrors: () => ({}),
  };
  return {
    folder,
    memory,
    others,
    secrets,
    openWindow: () => {
      const lab = createLab(deps);
      windows.push(lab);
      return lab;
    },
    leave: (record) => {
      mkdirSync(join(folder, 'instances'), { recursive: true });
      writeFileSync(join(folder, 'instances', `${record.id}.json`), JSON.stringify(record));
    },
    close: async () => {
      const closing = windows.map((lab) => lab.dispose());
      for (const one of [memory, ...others.values()]) one.letAllGo();
      await Promise.all(closing);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function cloudsOf(
  { cloud }: MemoryCloud,
  others: ReadonlyMap<string, MemoryCloud>,
  unopened: readonly Unread[],
): Clouds {
  return {
    profiles: () => Promise.reject(new Error('There is no config file.')),
    of: async (profile) => (others.get(profile) ?? { cloud }).cloud,
    current: async () => ({ profile: 'DEFAULT', region: cloud.region }),
    quietPlaces: async () => ({
      places: [...others.keys()].map((profile) => ({ profile, region: cloud.region })),
      unopened,
    }),
    reset: () => undefined,
  };
}

/** What a person chose in the launch summary. */
export function aPlan(changes: Partial<LaunchPlan> = {}): LaunchPlan {
  const { origin } = aRecord();
  if (origin.kind !== 'oci') throw new Error('not an instance');
  return { ...origin.plan, ...changes };
}

/** Resolves when the instance is in one of these phases. */
export async function phaseOf(lab: Lab, id: string, ...kinds: readonly PhaseKind[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const kind = lab.get(id)?.record.phase.kind;
      if (kind === undefined || !kinds.includes(kind)) return;
      subscription.dispose();
      resolve();
    };
    const subscription = lab.onDidChange(look);
    look();
  });
}
