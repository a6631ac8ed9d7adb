import type { Machine } from '../machines/machine';
import type { LaunchBody } from './bodies/compute';
import { newOcid } from './ids';
import type { CheckedLaunch } from './launch-check';
import { incorrectState } from './oci-error';
import { isReachable } from './reachability';
import type { Region } from './region';
import { failWork, finishWork, openWork } from './work';
import type { World } from './world';

/** Starts an instance that was accepted: boots the machine, attaches disk and VNIC. Returns the work request's id. */
export function beginLaunch(
  world: World,
  region: Region,
  launch: { readonly instanceId: string; readonly checked: CheckedLaunch; readonly body: LaunchBody },
  failLater: { readonly code: string; readonly message: string } | undefined,
): string {
  const { instanceId, checked, body } = launch;
  const workId = openWork(world, region, 'LaunchInstance', instanceId);
  if (failLater) {
    world.time.after(world.delays.provisioning, () => {
      region.instances.change(instanceId, { lifecycleState: 'TERMINATED' });
      failWork(world, region, workId, failLater);
    });
    return workId;
  }
  const bootVolumeId = attachDisk(world, region, launch);
  const disk = region.disks.get(bootVolumeId);
  region.disks.delete(bootVolumeId);
  const { shape, image } = checked;
  const booting = world.machines.boot({
    instanceId,
    hostname: body.createVnicDetails?.hostnameLabel ?? body.hostnameLabel ?? 'instance',
    os: image.catalog.os,
    metadata: body.metadata ?? {},
    gpu: {
      count: shape.gpus,
      name: (shape.gpuDescription ?? '').replace(/[®™]/g, ''),
      memoryMiB: (shape.gpuMemoryGb ?? 0) * 1024,
    },
    bootVolumeGb: checked.bootVolumeGb,
    ...(disk ? { disk } : {}),
    packageLockSeconds: world.settings.packageLockSeconds ?? 0,
  });
  region.machines.set(instanceId, booting);
  booting.catch((error: unknown) => {
    world.problem(`${instanceId} did not boot: ${String(error)}`);
    failWork(world, region, workId, { code: 'InternalError', message: 'The instance could not be started.' });
    region.machines.delete(instanceId);
    forget(region, instanceId);
    region.instances.change(instanceId, { lifecycleState: 'TERMINATED' });
  });
  world.time.after(world.delays.provisioning, async () => {
    const machine = await booting.catch(() => undefined);
    if (machine) await run(world, region, launch, { machine, workId });
  });
  return workId;
}

function attachDisk(
  world: World,
  region: Region,
  { instanceId, checked, body }: { instanceId: string; checked: CheckedLaunch; body: LaunchBody },
): string {
  const common = {
    availabilityDomain: checked.domain,
    compartmentId: body.compartmentId,
    timeCreated: world.time.iso(),
  };
  const bootVolumeId =
    checked.bootVolumeId ??
    region.bootVolumes.insert({
      ...common,
      id: newOcid('bootvolume', region.place),
      displayName: `${body.displayName ?? 'instance'} (Boot Volume)`,
      imageId: checked.image.id,
      lifecycleState: 'AVAILABLE',
      sizeInGBs: checked.bootVolumeGb,
      sizeInMBs: checked.bootVolumeGb * 1024,
      vpusPerGB: checked.vpusPerGb,
      isHydrated: true,
      freeformTags: body.freeformTags ?? {},
      definedTags: {},
    }).id;
  region.bootVolumeAttachments.insert({
    ...common,
    id: instanceId,
    bootVolumeId,
    instanceId,
    displayName: 'Remote boot attachment for instance',
    lifecycleState: 'ATTACHED',
  });
  return bootVolumeId;
}

async function run(
  world: World,
  region: Region,
  { instanceId, checked, body }: { instanceId: string; checked: CheckedLaunch; body: LaunchBody },
  { machine, workId }: { machine: Machine; workId: string },
): Promise<void> {
  const instance = region.instances.referred(instanceId);
  if (instance.lifecycleState !== 'PROVISIONING') return;
  const vnicId = newOcid('vnic', region.place);
  const common = {
    availabilityDomain: checked.domain,
    compartmentId: body.compartmentId,
    timeCreated: world.time.iso(),
    subnetId: checked.subnetId,
  };
  region.vnics.insert({
    ...common,
    id: vnicId,
    displayName: body.createVnicDetails?.displayName ?? instance.displayName ?? 'instance',
    isPrimary: true,
    lifecycleState: 'AVAILABLE',
    macAddress: '02:00:17:00:00:01',
    nsgIds: [...checked.nsgIds],
    // Only one address leads to the machine: the one that is reached from outside where there is one, as in OCI.
    privateIp: checked.hasPublicIp ? privateAddress(region) : machine.address,
    skipSourceDestCheck: false,
    freeformTags: {},
    definedTags: {},
  });
  region.vnicAttachments.insert({
    ...common,
    id: newOcid('vnicattachment', region.place),
    instanceId,
    vnicId,
    lifecycleState: 'ATTACHED',
    nicIndex: 0,
  });
  region.instances.change(instanceId, { lifecycleState: 'RUNNING' });
  finishWork(world, region, workId);
  if (checked.hasPublicIp) {
    world.time.after(world.delays.publicAddress, () => {
      if (region.vnics.find(vnicId)) region.vnics.change(vnicId, { publicIp: machine.address });
    });
  }
  await machine.setReachable(isReachable(region, instanceId, world.callerAddress));
}

/** One that nobody outside the network reaches. */
function privateAddress(region: Region): string {
  const taken = new Set(region.vnics.all().map(({ privateIp }) => privateIp));
  let host = 2;
  while (taken.has(`10.0.0.${String(host)}`)) host++;
  return `10.0.0.${String(host)}`;
}

/** What a power action goes through. */
const powerActions: Readonly<
  Record<
    string,
    { from: readonly string[]; via: string; to: string; act: 'start' | 'stop' | 'reset'; slow?: boolean }
  >
> = {
  START: { from: ['STOPPED'], via: 'STARTING', to: 'RUNNING', act: 'start' },
  STOP: { from: ['RUNNING'], via: 'STOPPING', to: 'STOPPED', act: 'stop' },
  SOFTSTOP: { from: ['RUNNING'], via: 'STOPPING', to: 'STOPPED', act: 'stop', slow: true },
  RESET: { from: ['RUNNING'], via: 'STARTING', to: 'RUNNING', act: 'reset' },
  SOFTRESET: { from: ['RUNNING'], via: 'STARTING', to: 'RUNNING', act: 'reset', slow: true },
};

export const isPowerAction = (action: string): boolean => action in powerActions;

/** @returns the work request's id. @throws OciRefusal 409 when the instance is in another state. */
export function beginPowerAction(world: World, region: Region, instanceId: string, action: string): string {
  const step = powerActions[action];
  const state = region.instances.referred(instanceId).lifecycleState;
  if (!step?.from.includes(state))
    throw incorrectState(`${action} is not possible while the instance is ${state}`);
  const workId = openWork(world, region, 'InstanceAction', instanceId);
  region.instances.change(instanceId, { lifecycleState: step.via });
  world.time.after(world.delays.power * (step.slow ? 2 : 1), async () => {
    const machine = await region.machines.get(instanceId);
    await machine?.[step.act]();
    if (region.instances.find(instanceId)?.lifecycleState !== step.via) return;
    region.instances.change(instanceId, { lifecycleState: step.to });
    finishWork(world, region, workId);
    if (step.to === 'RUNNING')
      await machine?.setReachable(isReachable(region, instanceId, world.callerAddress));
  });
  return workId;
}

/** Ends an instance. It stays listed as TERMINATED, and its subnet is held for a while longer. */
export function beginTermination(
  world: World,
  region: Region,
  instanceId: string,
  keepDisk: boolean,
): string {
  const state = region.instances.referred(instanceId).lifecycleState;
  if (state === 'TERMINATING' || state === 'TERMINATED') throw incorrectState(`The instance is ${state}`);
  const workId = openWork(world, region, 'TerminateInstance', instanceId);
  region.instances.change(instanceId, { lifecycleState: 'TERMINATING' });
  world.time.after(world.delays.termination, async () => {
    const machine = await region.machines.get(instanceId)?.catch(() => undefined);
    const disk = await machine?.terminate({ keepDisk });
    region.machines.delete(instanceId);
    const bootVolumeId = region.bootVolumeAttachments.find(instanceId)?.bootVolumeId;
    if (bootVolumeId !== undefined) {
      if (!keepDisk) region.bootVolumes.change(bootVolumeId, { lifecycleState: 'TERMINATED' });
      if (disk) region.disks.set(bootVolumeId, disk);
    }
    region.bootVolumeAttachments.remove(instanceId);
    region.instances.change(instanceId, { lifecycleState: 'TERMINATED' });
    finishWork(world, region, workId);
    world.time.after(world.delays.vnicReference, () => forget(region, instanceId));
  });
  return workId;
}

function forget(region: Region, instanceId: string): void {
  region.bootVolumeAttachments.remove(instanceId);
  for (const attachment of region.vnicAttachments.all().filter((one) => one.instanceId === instanceId)) {
    region.vnics.remove(attachment.vnicId ?? '');
    region.vnicAttachments.remove(attachment.id);
  }
}
