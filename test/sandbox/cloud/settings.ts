import type { Machines } from '../machines/machine';

/** Milliseconds, as in the real cloud; every one is multiplied by {@link CloudSettings.timeScale}. */
export interface Delays {
  /** Until a list shows what was made. */
  readonly listLag: number;
  /** For how long the id of something just made is 404. */
  readonly unknownId: number;
  /** A network resource is PROVISIONING. */
  readonly network: number;
  /** From launch to RUNNING and the VNIC attachment, at least; a machine that boots slower takes longer. */
  readonly provisioning: number;
  /** From RUNNING to the public address. */
  readonly publicAddress: number;
  /** START, STOP, RESET; SOFTSTOP takes twice as long. */
  readonly power: number;
  /** From terminate to TERMINATED. */
  readonly termination: number;
  /** How long the subnet still "references the VNIC" after TERMINATED. */
  readonly vnicReference: number;
  /** Capturing the console. */
  readonly consoleCapture: number;
  /** From the boot until the host-key fingerprints stand on the console of a stand-in machine. */
  readonly fingerprints: number;
}

export const realDelays: Delays = {
  listLag: 4_000,
  unknownId: 1_500,
  network: 1_000,
  provisioning: 40_000,
  publicAddress: 5_000,
  power: 20_000,
  termination: 40_000,
  vnicReference: 20_000,
  consoleCapture: 4_000,
  fingerprints: 60_000,
};

/** What {@link startSimulatedCloud} may be told. Everything has a default. */
export interface CloudSettings {
  /** What LaunchInstance boots. Default: `noMachines`, which boots nothing. */
  readonly machines?: Machines;
  /** Multiplies every delay; default 0.01. 1 is as slow as the real cloud, 0 has no delay and no lag at all. */
  readonly timeScale?: number;
  /** Replaces single delays (milliseconds, before scaling). */
  readonly delays?: Partial<Delays>;
  /** Most items on a page, whatever `limit` asks for; default 100. */
  readonly pageSize?: number;
  /** The first page of each list is empty, with a next page; default true: OCI allows it, so clients must cope. */
  readonly emptyFirstPages?: boolean;
  /** Added to every call: milliseconds, or a range of them; default 0. For benchmarks: [50, 300]. */
  readonly latencyMs?: number | readonly [min: number, max: number];
  /** The address from which the person reaches instances, held against the security rules; default 203.0.113.7. */
  readonly callerAddress?: string;
  /** Seconds for which a booted machine's package manager is locked; default 0. */
  readonly packageLockSeconds?: number;
  /** Limits by name, on top of the catalog's: `{'gpu3-count': 0}`. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Every exchange is appended to this file as a JSON line. */
  readonly recordFile?: string;
  /** 127.0.0.1 port; default: any free one. */
  readonly port?: number;
  /** Told of what went wrong behind the scenes: a machine that did not boot. Default: standard error. */
  readonly onProblem?: (problem: string) => void;
}

/** The delays as they are in force. */
export function scaledDelays(settings: CloudSettings): Delays {
  const scale = settings.timeScale ?? 0.01;
  const wanted = { ...realDelays, ...settings.delays };
  const scaled: { -readonly [Name in keyof Delays]: number } = { ...wanted };
  for (const name of delayNames) scaled[name] = wanted[name] * scale;
  return scaled;
}

const delayNames = Object.keys(realDelays).filter((name): name is keyof Delays => name in realDelays);
