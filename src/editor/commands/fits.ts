import { isAdopted, isBeyondRecall, isWorking } from '../../instances/life';
import { hasPrivateAddress } from '../../instances/record';
import type { PhaseKind, WayOut } from '../../instances/phase';
import type { InstanceView } from '../../journey/lab';

/** Whether a command can work on an instance as it is now. */
export type Fits = (view: InstanceView) => boolean;

/** All of the conditions. */
export const all =
  (...conditions: Fits[]): Fits =>
  (view) =>
    conditions.every((condition) => condition(view));

/** One of the conditions. */
export const any =
  (...conditions: Fits[]): Fits =>
  (view) =>
    conditions.some((condition) => condition(view));

/** The instance is in one of these phases. */
export const phaseIs =
  (...kinds: PhaseKind[]): Fits =>
  ({ record }) =>
    kinds.includes(record.phase.kind);

/** Something goes on that can be called back. */
export const isCancellable: Fits = ({ record: { phase } }) => isWorking(phase) && !isBeyondRecall(phase.kind);

/** It failed, and this is a way out. */
export const wayOut =
  (way: WayOut): Fits =>
  ({ record: { phase } }) =>
    phase.kind === 'failed' && phase.wayOut.includes(way);

/** It failed because a session has ended, and can go on after a new sign-in. */
export const awaitsSignIn: Fits = all(wayOut('signIn'), wayOut('retry'));

/** It failed while this was done. */
export const failedAt =
  (...steps: Extract<InstanceView['record']['phase'], { kind: 'failed' }>['at'][]): Fits =>
  ({ record: { phase } }) =>
    phase.kind === 'failed' && steps.includes(phase.at);

/** This window may act on it. */
export const isOurs: Fits = ({ ownedElsewhere }) => !ownedElsewhere;

/** The cloud has it. */
export const existsInCloud: Fits = ({ record: { origin } }) =>
  origin.kind === 'oci' && origin.instanceId !== undefined;

/** It was launched, or is being launched, on OCI. */
export const isLaunched: Fits = ({ record: { origin } }) => origin.kind === 'oci';

export const isSshHost: Fits = ({ record: { origin } }) => origin.kind === 'ssh';

/** It is in a subnet without public addresses. */
export const isPrivate: Fits = ({ record: { origin } }) =>
  origin.kind === 'oci' && hasPrivateAddress(origin.plan);

/** It was there before this extension: removing it from the list changes nothing. */
export const isAdoptedInstance: Fits = ({ record }) => isAdopted(record);

/** It has an address. */
export const hasAddress: Fits = ({ record }) => record.ssh.host !== undefined;

/** SSH to it has worked in this phase. */
export const isReached: Fits = all(
  hasAddress,
  any(phaseIs('notSetUp', 'settingUp', 'ready'), failedAt('settingUp')),
);

/** Port 22 is opened by a group of the lab's own, which can be changed. */
export const hasOwnAccessRule: Fits = ({ record: { origin } }) =>
  origin.kind === 'oci' && origin.networkSecurityGroupId !== undefined;

/** Its boot volume was kept when it was terminated, and is billed. */
export const hasKeptDisk: Fits = ({ record: { phase } }) =>
  phase.kind === 'terminated' && phase.keptBootVolumeId !== undefined;

export const hasKernels: Fits = ({ kernels }) => kernels.length > 0;
