import * as v from 'valibot';

/** Names the file that holds the request, in the extension host's environment. */
export const requestVariable = 'OCI_GPU_LAB_BENCH_CELL';

/** What the suite in the extension host is to measure, and where its answer goes. */
export const cellRequest = v.object({
  sshPort: v.number(),
  privateKeyPem: v.string(),
  jupyterPort: v.number(),
  token: v.string(),
  /** How many are run first and not counted: they start the kernel and load the code. */
  warmUps: v.number(),
  cells: v.number(),
  /** The file for `CellTimes`. */
  out: v.string(),
});
export type CellRequest = v.InferOutput<typeof cellRequest>;

/** Medians in milliseconds. */
export const cellTimes = v.object({
  /** From the command that runs a cell to the end that the editor tells. */
  controller: v.number(),
  /** The notebook's session by itself, through the same tunnel. */
  session: v.number(),
});
export type CellTimes = v.InferOutput<typeof cellTimes>;
