/** Something that shall go wrong with a call. */
export type Fault = FaultAt & FaultKind;

interface FaultAt {
  /** The first call it concerns, counted from when the fault was set; default 1. */
  readonly nth?: number;
  /** How many calls it concerns; default 1, Infinity for all. */
  readonly times?: number;
}

type FaultKind =
  /** Answers this instead of doing the work. */
  | { readonly answer: { readonly status: number; readonly code: string; readonly message: string } }
  /** Does the work and answers this much later. */
  | { readonly delayMs: number }
  /** Cuts the connection: before the work, or after it, so that the caller never learns of it. */
  | { readonly reset: 'before-work' | 'after-work' }
  /** For LaunchInstance: accepted with 200, and the work request fails later. */
  | { readonly failLater: { readonly code: string; readonly message: string } };

/** Faults by operation, set by tests. */
export interface Faults {
  /** @param operation as OCI names it: `LaunchInstance`. Returns a function that takes the fault back. */
  on(operation: string, fault: Fault): () => void;
  clear(): void;
  /** The faults of this call; counts it. */
  take(operation: string): readonly Fault[];
}

interface Planned {
  readonly operation: string;
  readonly fault: Fault;
  calls: number;
}

export function createFaults(): Faults {
  const planned = new Set<Planned>();
  return {
    on(operation, fault) {
      const plan: Planned = { operation, fault, calls: 0 };
      planned.add(plan);
      return () => void planned.delete(plan);
    },
    clear: () => planned.clear(),
    take(operation) {
      const mine = [...planned].filter((plan) => plan.operation === operation);
      return mine.filter(counts).map((plan) => plan.fault);
    },
  };
}

function counts(plan: Planned): boolean {
  plan.calls += 1;
  const first = plan.fault.nth ?? 1;
  return plan.calls >= first && plan.calls < first + (plan.fault.times ?? 1);
}
