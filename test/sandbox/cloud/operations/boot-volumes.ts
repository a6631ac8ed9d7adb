import { ifMatch, inCompartment, record, shown } from '../answers';
import { updateBootVolume } from '../bodies/compute';
import { incorrectState, invalidParameter, stillReferenced } from '../oci-error';
import { listing, reading, writing, type Operation } from '../operation';
import type { World } from '../world';

const path = '/20160918/bootVolumes';

/** Boot volumes, and what they are attached to. */
export function bootVolumeOperations(world: World): Operation[] {
  return [
    listing('core', 'ListBootVolumes', `GET ${path}`, {
      filters: ['availabilityDomain', 'compartmentId'],
      optional: ['volumeGroupId'],
      items: ({ region }) => region.bootVolumes.listed(),
    }),
    reading('core', 'GetBootVolume', `GET ${path}/{bootVolumeId}`, {
      handle: ({ region, params }) => shown(region.bootVolumes, params['bootVolumeId']),
    }),
    writing('core', 'UpdateBootVolume', `PUT ${path}/{bootVolumeId}`, {
      body: updateBootVolume,
      handle: (call, { bootVolumeReplicas: _replicas, autotunePolicies: _policies, ...fields }) => {
        const { bootVolumes } = call.region;
        const volume = bootVolumes.visible(call.params['bootVolumeId'] ?? '');
        bootVolumes.requireMatch(volume.id, ifMatch(call));
        if ((fields.sizeInGBs ?? Infinity) < (volume.sizeInGBs ?? 0))
          throw invalidParameter('sizeInGBs cannot shrink');
        bootVolumes.change(volume.id, fields);
        return record(bootVolumes, volume.id);
      },
    }),
    reading('core', 'DeleteBootVolume', `DELETE ${path}/{bootVolumeId}`, {
      handle: async (call) => {
        const { bootVolumes, bootVolumeAttachments, disks } = call.region;
        const { id, lifecycleState } = bootVolumes.visible(call.params['bootVolumeId'] ?? '');
        bootVolumes.requireMatch(id, ifMatch(call));
        const attachment = bootVolumeAttachments.all().find((one) => one.bootVolumeId === id);
        if (attachment) throw stillReferenced('BootVolume', id, 'Instance', attachment.instanceId);
        if (lifecycleState !== 'AVAILABLE') throw incorrectState(`Boot volume ${id} is ${lifecycleState}`);
        bootVolumes.change(id, { lifecycleState: 'TERMINATED' });
        const disk = disks.get(id);
        disks.delete(id);
        if (disk) await world.machines.removeDisk(disk);
        return { status: 204 };
      },
    }),
    listing('core', 'ListBootVolumeAttachments', 'GET /20160918/bootVolumeAttachments', {
      required: ['availabilityDomain', 'compartmentId'],
      filters: ['availabilityDomain', 'instanceId', 'bootVolumeId'],
      items: (call) => inCompartment(world, call, call.region.bootVolumeAttachments),
    }),
  ];
}
