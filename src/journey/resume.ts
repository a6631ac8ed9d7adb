import type { FailedPhase, Phase } from '../instances/phase';
import type { InstanceRecord } from '../instances/record';
import { withoutAnsweredAttempts } from './launch/launch-journal';

/** A failed record as it goes on: where it failed, and a launch asks every domain again. */
export function resumed(record: InstanceRecord, phase: FailedPhase, now: number): InstanceRecord {
  const next = { ...record, phase: resumedPhase(phase, now) };
  return phase.at === 'launching' ? withoutAnsweredAttempts(next) : next;
}

function resumedPhase({ at, termination }: FailedPhase, since: number): Phase {
  switch (at) {
    case 'launching':
    case 'booting':
    case 'connecting':
      return { kind: at, step: 'Trying again', since };
    case 'settingUp':
      return { kind: 'settingUp', step: 'Trying again', index: 0, total: 0, since };
    case 'stopping':
    case 'starting':
      return { kind: at, since };
    case 'terminating':
      return { kind: 'terminating', since, keepBootVolume: false, ...termination };
  }
}
