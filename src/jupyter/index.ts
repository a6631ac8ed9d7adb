/** The remote Jupyter server, its kernels and their outputs. Heavy: load it with `await import()`. */
export type {
  ServerAddress,
  ServerStatus,
  JupyterServer,
  JupyterServerDeps,
  KernelModel,
  SessionModel,
} from './server';
export { createJupyterServer } from './server';
export { JupyterCallFailed, JupyterTokenRefused, JupyterUnreachable } from './errors';
export type { Completion } from './completion';
export type { KernelSession, KernelSessionDeps, NotebookIdentity } from './kernel-session';
export type { KernelState } from './kernel-state';
export { openKernelSession } from './kernel-session';
export type { CellSink, Execution, ExecutionOutcome } from './execution';
export type { KernelEvent, OutputEvent } from './kernel-events';
export { readKernelEvent } from './kernel-events';
export type { MimeBundle, NotebookOutput } from './output-types';
export type { CellOutputs, OutputChange, OutputLimits } from './outputs';
export { createCellOutputs, defaultOutputLimits } from './outputs';
export type { NotebookOutputs } from './notebook-outputs';
export { createNotebookOutputs } from './notebook-outputs';
export type { OutputSource } from './output-source';
export { oneTimeLink } from './one-time-link';
