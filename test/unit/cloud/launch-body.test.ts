import assert from 'node:assert/strict';
import { launchBody } from '../../../src/cloud/launch';
import { toCidr } from '../../../src/cloud/ssh-sources';
import { launchTags, readLaunchTags } from '../../../src/cloud/tags';
import type { LaunchRequest } from '../../../src/cloud/types';

const image = {
  id: 'ocid1.image.oc1..i',
  isPlatformImage: true,
  operatingSystem: 'Oracle Linux',
  minBootVolumeGb: 50,
};
const request: LaunchRequest = {
  compartmentId: 'ocid1.compartment.oc1..c',
  availabilityDomain: 'Uocm:PHX-AD-1',
  name: 'gpu-lab',
  shape: 'VM.GPU3.2',
  source: { kind: 'image', image, bootVolumeSizeInGBs: 200 },
  subnetId: 'ocid1.subnet.oc1..s',
  assignPublicIp: true,
  networkSecurityGroupIds: ['ocid1.networksecuritygroup.oc1..g'],
  sshPublicKey: 'ssh-ed25519 AAAA me',
  freeformTags: { a: 'b' },
};

describe('the body of LaunchInstance', () => {
  it('says what was chosen, and leaves fault domain and launch options to OCI', () => {
    assert.deepEqual(launchBody(request), {
      compartmentId: request.compartmentId,
      availabilityDomain: 'Uocm:PHX-AD-1',
      displayName: 'gpu-lab',
      shape: 'VM.GPU3.2',
      sourceDetails: { sourceType: 'image', imageId: image.id, bootVolumeSizeInGBs: 200 },
      createVnicDetails: {
        subnetId: request.subnetId,
        assignPublicIp: true,
        nsgIds: [...request.networkSecurityGroupIds],
      },
      metadata: { ssh_authorized_keys: 'ssh-ed25519 AAAA me\n' },
      instanceOptions: { areLegacyImdsEndpointsDisabled: true },
      freeformTags: { a: 'b' },
    });
  });

  it('turns the old metadata service off only for Oracle Linux platform images: others would get no SSH key', () => {
    for (const other of [
      { ...image, operatingSystem: 'Canonical Ubuntu' },
      { ...image, isPlatformImage: false },
    ]) {
      const body = launchBody({
        ...request,
        source: { kind: 'image', image: other, bootVolumeSizeInGBs: 200 },
      });
      assert.equal('instanceOptions' in body, false);
    }
  });

  it('asks for a boot volume that the image fits on', () => {
    const source = {
      kind: 'image',
      image: { ...image, minBootVolumeGb: 100 },
      bootVolumeSizeInGBs: 50,
    } as const;
    assert.deepEqual(launchBody({ ...request, source }).sourceDetails, {
      sourceType: 'image',
      imageId: image.id,
      bootVolumeSizeInGBs: 100,
    });
  });

  it('has a shape configuration for flexible shapes only', () => {
    assert.equal('shapeConfig' in launchBody(request), false);
    const body = launchBody({ ...request, shapeConfig: { ocpus: 2, memoryInGBs: 16 } });
    assert.deepEqual(body.shapeConfig, { ocpus: 2, memoryInGBs: 16 });
  });

  it('boots a kept disk again', () => {
    const source = { kind: 'bootVolume', bootVolumeId: 'ocid1.bootvolume.oc1..b' } as const;
    assert.deepEqual(launchBody({ ...request, source }).sourceDetails, {
      sourceType: 'bootVolume',
      bootVolumeId: 'ocid1.bootvolume.oc1..b',
    });
  });

  it('encodes the cloud-init document, and refuses one that is too long before anything is sent', () => {
    const { metadata } = launchBody({ ...request, userData: '#cloud-config\n' });
    assert.equal(metadata?.['user_data'], Buffer.from('#cloud-config\n').toString('base64'));
    assert.throws(() => launchBody({ ...request, userData: 'x'.repeat(32_000) }), /too long/);
  });

  it('can ask for a preemptible instance', () => {
    assert.deepEqual(launchBody({ ...request, isPreemptible: true }).preemptibleInstanceConfig, {
      preemptionAction: { type: 'TERMINATE', preserveBootVolume: false },
    });
  });
});

describe('tags of a launch', () => {
  it('are read back as they were written', () => {
    const tags = { launchId: 'id', keyFingerprint: 'SHA256:x', setupWay: 'native' };
    assert.deepEqual(readLaunchTags(launchTags(tags)), tags);
    assert.equal(readLaunchTags({ somebody: 'else' }), undefined);
  });
});

describe('addresses that SSH is opened to', () => {
  it('become ranges', () => {
    assert.equal(toCidr(' 203.0.113.7 '), '203.0.113.7/32');
    assert.equal(toCidr('203.0.113.0/24'), '203.0.113.0/24');
    assert.equal(toCidr('2001:db8::1'), '2001:db8::1/128');
  });

  for (const wrong of ['', 'me', '203.0.113', '203.0.113.7/33', '203.0.113.7/', '203.0.113.0/24/1']) {
    it(`are refused when they are none: "${wrong}"`, () =>
      assert.throws(() => toCidr(wrong), /not an IP address/));
  }
});
