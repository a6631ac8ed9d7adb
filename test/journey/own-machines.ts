import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { connectToSimulated } from '../cloud/connect';
import type { SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import type { Machine, Machines } from '../sandbox/machines/machine';

/** Boots a machine that no cloud knows, which lets `opc` in with this key. @param publicKey a line of authorized_keys */
export async function bootHost(machines: Machines, publicKey: string): Promise<Machine> {
  const machine = await machines.boot({
    instanceId: `host-${randomUUID()}`,
    hostname: 'workstation',
    os: 'debian-12',
    metadata: { ssh_authorized_keys: publicKey },
    gpu: { count: 0, name: '', memoryMiB: 0 },
    bootVolumeGb: 50,
    packageLockSeconds: 0,
  });
  await machine.exec(['cloud-init', 'status', '--wait']);
  return machine;
}

/**
 * Launches a small instance as another client does: without the tags of this extension.
 * @param publicKey a line of authorized_keys
 * @param sshSource the address that may enter
 */
export async function launchElsewhere(
  simulated: SimulatedCloud,
  { name, publicKey, sshSource }: { name: string; publicKey: string; sshSource: string },
): Promise<void> {
  const { compartmentId } = simulated;
  const cloud = await connectToSimulated(simulated);
  const shapes = await cloud.shapes(compartmentId, { includeCpu: true });
  const shape = shapes.find((one) => one.name === 'VM.Standard2.1');
  assert.ok(shape);
  const image = (await cloud.images(compartmentId, shape)).find((one) => one.name.startsWith('debian-12'));
  const [availabilityDomain] = shape.availabilityDomains;
  assert.ok(image && availabilityDomain);
  const network = await cloud.ensureLabNetwork(compartmentId, { tags: {}, allowSshFrom: sshSource });
  const outcome = await cloud.launch(
    {
      compartmentId,
      availabilityDomain,
      name,
      shape: shape.name,
      source: { kind: 'image', image, bootVolumeSizeInGBs: 50 },
      subnetId: network.subnetId,
      assignPublicIp: true,
      networkSecurityGroupIds: [network.networkSecurityGroupId],
      sshPublicKey: publicKey,
      freeformTags: {},
    },
    randomUUID(),
  );
  assert.equal(outcome.kind, 'launched');
}
