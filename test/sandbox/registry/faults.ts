/** What a registry can do to those who pull from it. */
export type RegistryFault =
  /** Every answer comes no faster than this. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** The connection of a layer ends after so many bytes, so many times. */
  | { readonly kind: 'drop'; readonly afterBytes: number; readonly times: number }
  /** This status instead of an answer, so many times. */
  | { readonly kind: 'status'; readonly status: 401 | 429 | 503; readonly times: number };

/** What is to be done to one request. */
export type Treatment =
  | { readonly kind: 'none' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'drop'; readonly afterBytes: number }
  | { readonly kind: 'status'; readonly status: 401 | 429 | 503 };

/** The fault that is set at present, and how often it still happens. */
export interface Faults {
  set(fault: RegistryFault | undefined): void;
  /** What happens to a request for `path`; counts it. */
  treat(path: string): Treatment;
}

/** Faults of one registry; none at first. */
export function createFaults(): Faults {
  let current: RegistryFault | undefined;
  let left = 0;
  const once = (treatment: Treatment): Treatment => {
    if (left <= 0) return { kind: 'none' };
    left--;
    return treatment;
  };
  return {
    set(fault) {
      current = fault;
      left = fault !== undefined && 'times' in fault ? fault.times : 0;
    },
    treat(path) {
      switch (current?.kind) {
        case undefined:
          return { kind: 'none' };
        case 'slow':
          return current;
        case 'drop':
          return path.includes('/blobs/')
            ? once({ kind: 'drop', afterBytes: current.afterBytes })
            : { kind: 'none' };
        case 'status':
          return once({ kind: 'status', status: current.status });
      }
    },
  };
}
