import * as v from 'valibot';
import { tagged, taggedAndAttributed } from './tags';

/** Bodies of the compute requests, field for field as in oci-core/lib/model. */
const text = v.string();
const flag = v.boolean();
const number = v.number();

const baseline = v.picklist(['BASELINE_1_8', 'BASELINE_1_2', 'BASELINE_1_1']);

const vnic = v.strictObject({
  ...taggedAndAttributed,
  assignIpv6Ip: v.exactOptional(flag),
  assignPublicIp: v.exactOptional(flag),
  assignPrivateDnsRecord: v.exactOptional(flag),
  hostnameLabel: v.exactOptional(text),
  ipv6AddressIpv6SubnetCidrPairDetails: v.exactOptional(v.array(v.unknown())),
  subnetCidr: v.exactOptional(text),
  nsgIds: v.exactOptional(v.pipe(v.array(text), v.maxLength(5))),
  privateIp: v.exactOptional(text),
  privateIpId: v.exactOptional(text),
  skipSourceDestCheck: v.exactOptional(flag),
  subnetId: v.exactOptional(text),
  vlanId: v.exactOptional(text),
});

const source = v.variant('sourceType', [
  v.strictObject({
    sourceType: v.literal('image'),
    imageId: v.exactOptional(text),
    bootVolumeSizeInGBs: v.exactOptional(number),
    bootVolumeVpusPerGB: v.exactOptional(number),
    kmsKeyId: v.exactOptional(text),
    instanceSourceImageFilterDetails: v.exactOptional(v.unknown()),
  }),
  v.strictObject({ sourceType: v.literal('bootVolume'), bootVolumeId: text }),
]);

const volumeType = v.exactOptional(v.picklist(['ISCSI', 'SCSI', 'IDE', 'VFIO', 'PARAVIRTUALIZED']));
const launchOptions = v.strictObject({
  bootVolumeType: volumeType,
  firmware: v.exactOptional(v.picklist(['BIOS', 'UEFI_64'])),
  networkType: v.exactOptional(v.picklist(['E1000', 'VFIO', 'PARAVIRTUALIZED', 'ACCELERATEDPV'])),
  remoteDataVolumeType: volumeType,
  isPvEncryptionInTransitEnabled: v.exactOptional(flag),
  isConsistentVolumeNamingEnabled: v.exactOptional(flag),
});

const agentConfig = v.strictObject({
  isMonitoringDisabled: v.exactOptional(flag),
  isManagementDisabled: v.exactOptional(flag),
  areAllPluginsDisabled: v.exactOptional(flag),
  pluginsConfig: v.exactOptional(
    v.array(v.strictObject({ name: text, desiredState: v.picklist(['ENABLED', 'DISABLED']) })),
  ),
});

const shapeConfig = v.strictObject({
  ocpus: v.exactOptional(number),
  vcpus: v.exactOptional(number),
  memoryInGBs: v.exactOptional(number),
  baselineOcpuUtilization: v.exactOptional(baseline),
  nvmes: v.exactOptional(number),
  resourceManagement: v.exactOptional(v.picklist(['DYNAMIC', 'STATIC'])),
  localVolumeSizeInGBs: v.exactOptional(number),
});

const platformConfig = v.looseObject({
  type: text,
  isSecureBootEnabled: v.exactOptional(flag),
  isTrustedPlatformModuleEnabled: v.exactOptional(flag),
  isMeasuredBootEnabled: v.exactOptional(flag),
  isMemoryEncryptionEnabled: v.exactOptional(flag),
});

export const launchInstance = v.strictObject({
  ...taggedAndAttributed,
  availabilityDomain: text,
  compartmentId: text,
  shape: v.exactOptional(text),
  shapeConfig: v.exactOptional(shapeConfig),
  sourceDetails: v.exactOptional(source),
  createVnicDetails: v.exactOptional(vnic),
  metadata: v.exactOptional(v.record(text, text)),
  extendedMetadata: v.exactOptional(v.record(text, v.unknown())),
  instanceOptions: v.exactOptional(v.strictObject({ areLegacyImdsEndpointsDisabled: v.exactOptional(flag) })),
  launchOptions: v.exactOptional(launchOptions),
  availabilityConfig: v.exactOptional(
    v.strictObject({
      isLiveMigrationPreferred: v.exactOptional(flag),
      recoveryAction: v.exactOptional(v.picklist(['RESTORE_INSTANCE', 'STOP_INSTANCE'])),
    }),
  ),
  preemptibleInstanceConfig: v.exactOptional(
    v.strictObject({
      preemptionAction: v.strictObject({
        type: v.literal('TERMINATE'),
        preserveBootVolume: v.exactOptional(flag),
      }),
    }),
  ),
  agentConfig: v.exactOptional(agentConfig),
  platformConfig: v.exactOptional(platformConfig),
  faultDomain: v.exactOptional(text),
  capacityReservationId: v.exactOptional(text),
  dedicatedVmHostId: v.exactOptional(text),
  clusterPlacementGroupId: v.exactOptional(text),
  computeClusterId: v.exactOptional(text),
  // The four below are deprecated, and still taken.
  hostnameLabel: v.exactOptional(text),
  imageId: v.exactOptional(text),
  subnetId: v.exactOptional(text),
  ipxeScript: v.exactOptional(text),
  launchVolumeAttachments: v.exactOptional(v.array(v.unknown())),
  isPvEncryptionInTransitEnabled: v.exactOptional(flag),
  placementConstraintDetails: v.exactOptional(v.unknown()),
  isAIEnterpriseEnabled: v.exactOptional(flag),
  instanceConfigurationId: v.exactOptional(text),
  licensingConfigs: v.exactOptional(v.array(v.unknown())),
});
export type LaunchBody = v.InferOutput<typeof launchInstance>;

export const updateInstance = v.strictObject({
  ...taggedAndAttributed,
  isAIEnterpriseEnabled: v.exactOptional(flag),
  capacityReservationId: v.exactOptional(text),
  agentConfig: v.exactOptional(agentConfig),
  metadata: v.exactOptional(v.record(text, text)),
  extendedMetadata: v.exactOptional(v.record(text, v.unknown())),
  shape: v.exactOptional(text),
  shapeConfig: v.exactOptional(shapeConfig),
});

export const updateBootVolume = v.strictObject({
  ...tagged,
  sizeInGBs: v.exactOptional(number),
  vpusPerGB: v.exactOptional(number),
  isAutoTuneEnabled: v.exactOptional(flag),
  bootVolumeReplicas: v.exactOptional(v.array(v.unknown())),
  autotunePolicies: v.exactOptional(v.array(v.unknown())),
});

export const captureConsole = v.strictObject({ ...tagged, instanceId: text });

export const capacityReport = v.strictObject({
  compartmentId: text,
  availabilityDomain: text,
  shapeAvailabilities: v.pipe(
    v.array(
      v.strictObject({
        instanceShape: text,
        faultDomain: v.exactOptional(text),
        instanceShapeConfig: v.exactOptional(
          v.strictObject({
            ocpus: v.exactOptional(number),
            memoryInGBs: v.exactOptional(number),
            nvmes: v.exactOptional(number),
            baselineOcpuUtilization: v.exactOptional(baseline),
          }),
        ),
      }),
    ),
    v.minLength(1),
    v.maxLength(10),
  ),
});

/** POST /instances/{id}?action=… takes no body, or the details of the action. */
export const powerAction = v.optional(
  v.strictObject({
    actionType: text,
    allowDenseRebootMigration: v.exactOptional(flag),
    deleteLocalStorage: v.exactOptional(flag),
    timeScheduled: v.exactOptional(text),
  }),
);
