import type {
  AskedSetup,
  HostFacts,
  Setup,
  SetupEvent,
  SetupStart,
  SetupStatus,
} from '../../../src/setup/types';

/** A set-up whose course the test writes down. */
export interface MemorySetup extends Setup {
  status(): Promise<SetupStatus>;
  readonly started: readonly string[];
  readonly isCancelled: boolean;
}

export function createMemorySetup(
  course: {
    readonly status?: SetupStatus;
    readonly asked?: AskedSetup;
    readonly facts?: HostFacts;
    readonly start?: SetupStart;
    readonly events?: readonly SetupEvent[];
  } = {},
): MemorySetup {
  const started: string[] = [];
  let isCancelled = false;
  return {
    started,
    get isCancelled() {
      return isCancelled;
    },
    probe: async () => course.facts ?? (await unused()),
    asked: async () => course.asked,
    status: async () => course.status ?? { kind: 'none' },
    start: async (plan) => {
      started.push(plan.way);
      return course.start ?? { kind: 'started' };
    },
    follow: async function* () {
      yield* course.events ?? [];
    },
    cancel: async () => {
      isCancelled = true;
    },
    jupyterToken: unused,
    hasPassword: unused,
    setPassword: unused,
    packages: unused,
  };
}

function unused(): Promise<never> {
  return Promise.reject(new Error('The journey is not expected to ask for this.'));
}
