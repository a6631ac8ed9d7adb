/** What other rooms need to know of this one. */
export type { AskedSetup } from './asked';
export type { SetupEvent } from './follow';
export type { GpuReport, SetupOutcome } from './outcome';
export type { InstalledPackage } from './packages';
export type { PackageMirrors, SetupPlan } from './plan';
export type { HostFacts } from './probe';
export type { FailureReason, GpuCause } from './reasons';
export type { Setup, SetupDeps, SetupSecrets, SetupStart, SetupStatus } from './setup';
export type { PullEvent, StepEvent } from './state-events';
