import type { InstanceRecord } from '../instances/record';
import type { SetupPlan } from '../setup/types';

/**
 * What the instance of a record shall become. An SSH host is taken as it is: how many GPUs it has is not known
 * before, so none is expected of it.
 * @param cpuPackages the sandbox's setting: the CPU build although the shape has GPUs
 * @throws when no way was chosen: a bug of the caller
 */
export function setupPlanOf(record: InstanceRecord, cpuPackages: boolean): SetupPlan {
  const { way, extraPackages } = record.setup;
  if (way === null) throw new Error(`No set-up way was chosen for ${record.name}.`);
  const gpus = record.origin.kind === 'oci' ? record.origin.plan.gpus : { count: 0, name: '' };
  return {
    way,
    user: record.ssh.user,
    gpus: { count: gpus.count, name: gpus.name },
    tensorflow: gpus.count > 0 ? 'cuda' : 'cpu',
    extraPackages,
    ...(cpuPackages ? { sandbox: { cpuTensorflow: true } } : {}),
  };
}
