import type { InstanceRecord } from '../instances/record';
import type { ActionOutcome } from './lab';
import type { LabDeps } from './lab-deps';
import { ociOrigin } from './stage';

/** Opens port 22 of the lab's network to one more address. @param cidr such as `203.0.113.7/32` */
export async function allowSshFrom(
  { deps, record, cidr }: { deps: LabDeps; record: InstanceRecord; cidr: string },
  signal?: AbortSignal,
): Promise<ActionOutcome> {
  const { plan, networkSecurityGroupId } = ociOrigin(record);
  if (networkSecurityGroupId === undefined) {
    return {
      kind: 'failed',
      message: 'This instance is in a network of yours: open port 22 in its security list.',
    };
  }
  const cloud = await deps.clouds.of(plan.profile, plan.region);
  await cloud.allowSshFrom(networkSecurityGroupId, cidr, signal);
  return { kind: 'done' };
}
