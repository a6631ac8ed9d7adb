import type { Phase, PhaseKind } from './phase';
import type { InstanceRecord } from './record';

/**
 * Which phase may follow which: the state machine of an instance's life as a table.
 * Every phase may also be followed by itself (a new step), and a look at the cloud may find the
 * instance stopped or terminated at any time.
 */
const following: Readonly<Record<PhaseKind, readonly PhaseKind[]>> = {
  planned: ['launching', 'failed', 'terminating'],
  launching: ['booting', 'failed', 'terminating'],
  booting: ['connecting', 'launching', 'failed', 'stopping', 'terminating'],
  connecting: ['notSetUp', 'settingUp', 'ready', 'booting', 'failed', 'stopping', 'terminating'],
  notSetUp: ['connecting', 'settingUp', 'ready', 'failed', 'stopping', 'terminating', 'booting'],
  settingUp: ['ready', 'notSetUp', 'connecting', 'failed', 'stopping', 'terminating'],
  ready: ['connecting', 'settingUp', 'notSetUp', 'failed', 'stopping', 'terminating', 'booting'],
  stopping: ['failed', 'terminating'],
  stopped: ['starting', 'terminating', 'failed', 'booting'],
  starting: ['booting', 'failed', 'terminating'],
  terminating: ['failed'],
  terminated: [],
  failed: [
    'launching',
    'booting',
    'connecting',
    'notSetUp',
    'settingUp',
    'ready',
    'stopping',
    'starting',
    'terminating',
  ],
};

const foundInTheCloud: readonly PhaseKind[] = ['stopped', 'terminated'];

/** May a record that is in `from` go to `to`? */
export function mayFollow(from: PhaseKind, to: PhaseKind): boolean {
  if (from === 'terminated') return to === 'terminated';
  return from === to || foundInTheCloud.includes(to) || following[from].includes(to);
}

/** Thrown when code asks for a move that the table does not know: a bug, never a state of the world. */
export class ImpossibleMove extends Error {
  override readonly name = 'ImpossibleMove';
  constructor(from: PhaseKind, to: PhaseKind) {
    super(`An instance cannot go from "${from}" to "${to}".`);
  }
}

/** The phase after `from` when `to` is asked for. @throws ImpossibleMove */
export function move(from: Phase, to: Phase): Phase {
  if (!mayFollow(from.kind, to.kind)) throw new ImpossibleMove(from.kind, to.kind);
  return to;
}

/** Something is going on by itself. */
export function isWorking(phase: Phase): boolean {
  switch (phase.kind) {
    case 'planned':
    case 'launching':
    case 'booting':
    case 'connecting':
    case 'settingUp':
    case 'stopping':
    case 'starting':
    case 'terminating':
      return true;
    case 'notSetUp':
    case 'ready':
    case 'stopped':
    case 'terminated':
    case 'failed':
      return false;
  }
}

/** What the cloud does by itself once it was asked: it cannot be called back. */
export function isBeyondRecall(kind: PhaseKind): boolean {
  return kind === 'stopping' || kind === 'starting' || kind === 'terminating';
}

/** The machine does not run, whoever has ended that. */
export function isOff({ kind }: Phase): boolean {
  return kind === 'stopped' || kind === 'terminated';
}

/** Stopped, also where starting it has failed. */
export function isStopped(phase: Phase): boolean {
  return phase.kind === 'stopped' || (phase.kind === 'failed' && phase.isStopped === true);
}

/** A launch that has not led to a login yet: cancelling it takes back everything that it has made. */
export function isUnreachedLaunch({ origin, phase, reachedAt }: InstanceRecord): boolean {
  return origin.kind === 'oci' && reachedAt === undefined && phase.kind !== 'terminated';
}

/** A machine of the person's own that was taken into the list: removing it from there leaves it as it is. */
export function isAdopted({ origin }: Pick<InstanceRecord, 'origin'>): boolean {
  return origin.kind === 'oci' && origin.foundBy === 'adoption';
}
