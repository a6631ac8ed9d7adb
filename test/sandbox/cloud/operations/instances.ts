import { ifMatch, inCompartment, record, shown } from '../answers';
import { launchInstance, powerAction, updateInstance, type LaunchBody } from '../bodies/compute';
import { newOcid } from '../ids';
import { beginLaunch, beginPowerAction, beginTermination, isPowerAction } from '../instance-life';
import { checkLaunch, type CheckedLaunch } from '../launch-check';
import { invalidParameter } from '../oci-error';
import { listing, reading, writing, type Answer, type Call, type Operation } from '../operation';
import type { Region } from '../region';
import type { World } from '../world';

const path = '/20160918/instances';
const one = `${path}/{instanceId}`;
const instanceId = ({ params }: Call): string => params['instanceId'] ?? '';

/** Launch, look, rename, start, stop, terminate. */
export function instanceOperations(world: World): Operation[] {
  return [
    listing('core', 'ListInstances', `GET ${path}`, {
      required: ['compartmentId'],
      filters: ['availabilityDomain', 'displayName', 'lifecycleState', 'capacityReservationId'],
      optional: ['computeClusterId'],
      items: (call) => inCompartment(world, call, call.region.instances),
    }),
    reading('core', 'GetInstance', `GET ${one}`, {
      handle: (call) => shown(call.region.instances, instanceId(call)),
    }),
    writing('core', 'LaunchInstance', `POST ${path}`, {
      body: launchInstance,
      handle: (call, body) => launch(world, call, body),
    }),
    writing('core', 'UpdateInstance', `PUT ${one}`, {
      body: updateInstance,
      handle: (call, { shapeConfig: _shapeConfig, ...fields }) => {
        const { instances } = call.region;
        const { id } = instances.visible(instanceId(call));
        instances.requireMatch(id, ifMatch(call));
        if (fields.metadata && ('ssh_authorized_keys' in fields.metadata || 'user_data' in fields.metadata)) {
          throw invalidParameter('ssh_authorized_keys and user_data cannot be changed after launch');
        }
        instances.change(id, fields);
        return record(instances, id);
      },
    }),
    {
      ...writing('core', 'InstanceAction', `POST ${one}`, {
        body: powerAction,
        handle: (call) => {
          const { instances } = call.region;
          const { id } = instances.visible(instanceId(call));
          instances.requireMatch(id, ifMatch(call));
          const action = call.query.get('action') ?? '';
          if (!isPowerAction(action)) throw invalidParameter(`action ${action} is not known`);
          const workId = beginPowerAction(world, call.region, id, action);
          return withWork(record(instances, id), workId);
        },
      }),
      required: ['action'],
      query: new Set(['action']),
    },
    reading('core', 'TerminateInstance', `DELETE ${one}`, {
      optional: ['preserveBootVolume', 'preserveDataVolumesCreatedAtLaunch'],
      handle: (call) => {
        const { instances } = call.region;
        const { id } = instances.visible(instanceId(call));
        instances.requireMatch(id, ifMatch(call));
        const keepDisk = call.query.get('preserveBootVolume') === 'true';
        return withWork({ status: 204 }, beginTermination(world, call.region, id, keepDisk));
      },
    }),
  ];
}

function withWork(answer: Answer, workId: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'opc-work-request-id': workId } };
}

function launch(world: World, call: Call, body: LaunchBody): Answer {
  const { region } = call;
  const checked = checkLaunch(world, region, body);
  const id = insertInstance(world, region, body, checked);
  const fault = call.faults.find((one) => 'failLater' in one);
  const failLater = fault && 'failLater' in fault ? fault.failLater : undefined;
  const workId = beginLaunch(world, region, { instanceId: id, checked, body }, failLater);
  return withWork(record(region.instances, id), workId);
}

function insertInstance(world: World, region: Region, body: LaunchBody, checked: CheckedLaunch): string {
  const { shape, ocpus, memoryInGBs, image } = checked;
  const now = world.time.iso();
  const { id } = region.instances.insert({
    id: newOcid('instance', region.place),
    availabilityDomain: checked.domain,
    compartmentId: body.compartmentId,
    displayName: body.displayName ?? `instance${now.replace(/\D/g, '').slice(0, 14)}`,
    faultDomain: body.faultDomain ?? 'FAULT-DOMAIN-1',
    imageId: image.id,
    lifecycleState: 'PROVISIONING',
    metadata: body.metadata ?? {},
    extendedMetadata: {},
    launchMode: 'NATIVE',
    region: region.place,
    shape: shape.name,
    shapeConfig: {
      ocpus,
      memoryInGBs,
      vcpus: ocpus * 2,
      gpus: shape.gpus,
      ...(shape.gpuDescription === undefined ? {} : { gpuDescription: shape.gpuDescription }),
    },
    sourceDetails: checked.bootVolumeId
      ? { sourceType: 'bootVolume', bootVolumeId: checked.bootVolumeId }
      : { sourceType: 'image', imageId: image.id, bootVolumeSizeInGBs: checked.bootVolumeGb },
    ...(body.instanceOptions ? { instanceOptions: body.instanceOptions } : {}),
    ...(body.preemptibleInstanceConfig ? { preemptibleInstanceConfig: body.preemptibleInstanceConfig } : {}),
    timeCreated: now,
    freeformTags: body.freeformTags ?? {},
    definedTags: body.definedTags ?? {},
    systemTags: {},
  });
  return id;
}
