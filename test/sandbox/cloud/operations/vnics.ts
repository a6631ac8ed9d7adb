import { ifMatch, inCompartment, record, shown } from '../answers';
import { publicIpByPrivateIp, updateVnic } from '../bodies/network';
import { rulesChanged } from '../network-state';
import { notFound } from '../oci-error';
import { listing, reading, writing, type Operation } from '../operation';
import type { World } from '../world';

/** VNIC attachments, VNICs and their addresses. */
export function vnicOperations(world: World): Operation[] {
  return [
    listing('core', 'ListVnicAttachments', 'GET /20160918/vnicAttachments', {
      required: ['compartmentId'],
      filters: ['instanceId', 'availabilityDomain', 'vnicId'],
      items: (call) => inCompartment(world, call, call.region.vnicAttachments),
    }),
    reading('core', 'GetVnicAttachment', 'GET /20160918/vnicAttachments/{vnicAttachmentId}', {
      handle: ({ region, params }) => shown(region.vnicAttachments, params['vnicAttachmentId']),
    }),
    reading('core', 'GetVnic', 'GET /20160918/vnics/{vnicId}', {
      handle: ({ region, params }) => shown(region.vnics, params['vnicId']),
    }),
    writing('core', 'UpdateVnic', 'PUT /20160918/vnics/{vnicId}', {
      body: updateVnic,
      handle: async (call, body) => {
        const { vnics, securityGroups } = call.region;
        const { id } = vnics.visible(call.params['vnicId'] ?? '');
        vnics.requireMatch(id, ifMatch(call));
        for (const groupId of body.nsgIds ?? []) securityGroups.referred(groupId);
        vnics.change(id, body);
        await rulesChanged(world, call);
        return record(vnics, id);
      },
    }),
    listing('core', 'ListPrivateIps', 'GET /20160918/privateIps', {
      filters: ['vnicId', 'subnetId', 'ipAddress'],
      items: ({ region }) =>
        region.vnics.listed().map((vnic) => ({
          id: privateIpId(vnic.id),
          vnicId: vnic.id,
          subnetId: vnic.subnetId ?? '',
          ipAddress: vnic.privateIp ?? '',
          isPrimary: true,
          compartmentId: vnic.compartmentId,
          availabilityDomain: vnic.availabilityDomain,
          timeCreated: vnic.timeCreated,
        })),
    }),
    writing('core', 'GetPublicIpByPrivateIpId', 'POST /20160918/publicIps/actions/getByPrivateIpId', {
      body: publicIpByPrivateIp,
      handle: ({ region }, body) => {
        const vnic = region.vnics.all().find((one) => privateIpId(one.id) === body.privateIpId);
        if (!vnic?.publicIp) throw notFound('publicip', body.privateIpId);
        return {
          body: {
            id: vnic.id.replace('.vnic.', '.publicip.'),
            ipAddress: vnic.publicIp,
            privateIpId: body.privateIpId,
            assignedEntityId: body.privateIpId,
            assignedEntityType: 'PRIVATE_IP',
            compartmentId: vnic.compartmentId,
            availabilityDomain: vnic.availabilityDomain,
            lifecycleState: 'ASSIGNED',
            lifetime: 'EPHEMERAL',
            scope: 'AVAILABILITY_DOMAIN',
            timeCreated: vnic.timeCreated,
          },
        };
      },
    }),
  ];
}

const privateIpId = (vnicId: string): string => vnicId.replace('.vnic.', '.privateip.');
