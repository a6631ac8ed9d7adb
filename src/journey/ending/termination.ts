import type { FailedPhase, Phase } from '../../instances/phase';
import type { InstanceRecord } from '../../instances/record';

/** The phase in which an instance is ended. A disk that an earlier attempt may have kept stays noted: it is billed. */
export function termination({ phase }: InstanceRecord, keepBootVolume: boolean, since: number): Phase {
  const { bootVolumeId, diskMayBeKept } = unended(phase) ?? {};
  return {
    kind: 'terminating',
    since,
    keepBootVolume,
    ...(bootVolumeId === undefined ? {} : { bootVolumeId }),
    ...(diskMayBeKept ? { diskMayBeKept } : {}),
  };
}

/** The disk that a termination which has not ended may have kept. */
export function notedBootVolume(phase: Phase): string | undefined {
  return unended(phase)?.bootVolumeId;
}

function unended(phase: Phase): FailedPhase['termination'] {
  if (phase.kind === 'terminating') return phase;
  return phase.kind === 'failed' ? phase.termination : undefined;
}
