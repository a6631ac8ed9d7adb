import type { InstanceRecord } from '../../instances/record';
import type { SetupWay } from '../../ports/setup-way';
import type { PackageMirrors, SetupPlan } from '../../setup/types';
import type { SetupChoice } from '../lab';

/** The setup half of a record for another way, or the same with other choices. A tag stays with its own way. */
export function setupOf(
  { way: before, extraPackages, containerTag, gpus }: InstanceRecord['setup'],
  way: SetupWay,
  choice: SetupChoice = {},
): InstanceRecord['setup'] {
  const tag = choice.containerTag ?? (way === before ? containerTag : undefined);
  return {
    way,
    extraPackages: [...(choice.extraPackages ?? extraPackages)],
    ...(tag === undefined ? {} : { containerTag: tag }),
    ...(gpus === undefined ? {} : { gpus }),
  };
}

/**
 * What the instance of a record shall become.
 * @param gpus what TensorFlow shall find there
 * @param cpuPackages the sandbox's setting: the CPU build although the shape has GPUs
 * @param mirrors the person's settings: where Docker and NVIDIA's toolkit are had from
 * @throws when no way was chosen: a bug of the caller
 */
export function setupPlanOf(
  record: InstanceRecord,
  gpus: SetupPlan['gpus'],
  cpuPackages: boolean,
  mirrors: PackageMirrors,
): SetupPlan {
  const { way, extraPackages, containerTag } = record.setup;
  if (way === null) throw new Error(`No set-up way was chosen for ${record.name}.`);
  return {
    way,
    user: record.ssh.user,
    gpus: { count: gpus.count, name: gpus.name },
    tensorflow: gpus.count > 0 ? 'cuda' : 'cpu',
    extraPackages,
    mirrors,
    ...(containerTag === undefined ? {} : { containerTag }),
    ...(cpuPackages ? { sandbox: { cpuTensorflow: true } } : {}),
  };
}
