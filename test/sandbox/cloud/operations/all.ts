import type { Operation } from '../operation';
import type { World } from '../world';
import { bootVolumeOperations } from './boot-volumes';
import { consoleHistoryOperations } from './console-histories';
import { gatewayOperations } from './gateways';
import { identityOperations } from './identity';
import { imageOperations } from './images';
import { instanceOperations } from './instances';
import { limitOperations } from './limits';
import { securityGroupOperations } from './security-groups';
import { securityListOperations } from './security-lists';
import { sessionOperations } from './session';
import { shapeOperations } from './shapes';
import { subnetOperations } from './subnets';
import { vcnOperations } from './vcns';
import { vnicOperations } from './vnics';
import { workRequestOperations } from './work-requests';

/** The table of operations. */
export const allOperations = (world: World): Operation[] =>
  [
    identityOperations,
    sessionOperations,
    limitOperations,
    workRequestOperations,
    shapeOperations,
    imageOperations,
    vcnOperations,
    gatewayOperations,
    securityListOperations,
    securityGroupOperations,
    subnetOperations,
    instanceOperations,
    vnicOperations,
    bootVolumeOperations,
    consoleHistoryOperations,
  ].flatMap((operations) => operations(world));
