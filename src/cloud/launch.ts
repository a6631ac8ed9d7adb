import type { LaunchInstanceDetails } from 'oci-core/lib/model';
import type { Clock } from '../ports/clock';
import { call } from './call';
import { listAll, type Clients } from './clients';
import { eventually } from './eventually';
import { CloudError, isCloudError, saysOutOfCapacity } from './errors';
import { toInstance } from './instances';
import type { LaunchOutcome, LaunchProgress, LaunchRequest } from './types';

/** A fresh subnet or security group may be unknown to LaunchInstance for this long (milliseconds). */
const lagLimitMs = 20_000;
/** All metadata together, as OCI counts it (bytes). */
const maxMetadataBytes = 32_000;

export interface LaunchDeps {
  readonly clients: Pick<Clients, 'compute'>;
  readonly clock: Clock;
}

/**
 * Launches one instance in one availability domain.
 * @param retryToken one for each try, written down before the call: the same token with the same request never
 * makes a second instance (OCI honours it for 24 hours).
 * @throws CloudError for whatever is not an expected outcome; `conflict` when the token was used with another request.
 */
export async function launchInstance(
  deps: LaunchDeps,
  request: LaunchRequest,
  retryToken: string,
  signal?: AbortSignal,
): Promise<LaunchOutcome> {
  const attempt = () => tryLaunch(deps, request, retryToken, signal);
  try {
    return await attempt();
  } catch (error) {
    if (!isCloudError(error, 'notFound')) throw error;
    // A 404 means a shape that this domain lacks, or something just created that the service does not know yet.
    // Where the message does not say, the domain's own list of shapes does.
    const isMissing = /shape/i.test(error.serviceMessage ?? '') || !(await isOffered(deps, request, signal));
    if (isMissing) {
      return {
        kind: 'notOffered',
        message: `${request.availabilityDomain} does not have the shape ${request.shape}.`,
      };
    }
    const { clock } = deps;
    return eventually(attempt, {
      kinds: ['notFound'],
      what: 'The launch',
      limitMs: lagLimitMs,
      clock,
      signal,
    });
  }
}

async function tryLaunch(
  { clients }: LaunchDeps,
  request: LaunchRequest,
  opcRetryToken: string,
  signal?: AbortSignal,
): Promise<LaunchOutcome> {
  const launchInstanceDetails = launchBody(request);
  try {
    const { instance, opcWorkRequestId } = await call('launchInstance', signal, () =>
      clients.compute.launchInstance({ launchInstanceDetails, opcRetryToken }),
    );
    const workRequest = opcWorkRequestId ? { workRequestId: opcWorkRequestId } : {};
    return { kind: 'launched', instance: toInstance(instance), ...workRequest };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { kind, message, nextAction = '' } = error;
    switch (kind) {
      case 'outOfCapacity':
        return { kind, message };
      case 'limitExceeded':
      case 'quotaExceeded':
        return { kind, message, nextAction };
      default:
        throw error;
    }
  }
}

async function isOffered(
  { clients }: LaunchDeps,
  { compartmentId, availabilityDomain, shape }: LaunchRequest,
  signal?: AbortSignal,
): Promise<boolean> {
  const shapes = await listAll('listShapes', signal, (next) =>
    clients.compute.listShapes({ compartmentId, availabilityDomain, ...next }),
  );
  return shapes.some((offered) => offered.shape === shape);
}

/**
 * The body of LaunchInstance. `launchOptions` and `faultDomain` are left out on purpose: platform images carry
 * their own, and a fault domain only narrows where there may be room.
 * @throws CloudError `invalid` when key and cloud-init document are longer than OCI takes.
 */
export function launchBody(request: LaunchRequest): LaunchInstanceDetails {
  const { source, shapeConfig } = request;
  const metadata: Record<string, string> = {
    ssh_authorized_keys: `${request.sshPublicKey.trim()}\n`,
    ...(request.userData === undefined
      ? {}
      : { user_data: Buffer.from(request.userData).toString('base64') }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(metadata));
  if (bytes > maxMetadataBytes) {
    throw new CloudError(
      `SSH key and cloud-init document are too long: ${bytes} of ${maxMetadataBytes} bytes.`,
      {
        kind: 'invalid',
        operation: 'launchInstance',
      },
    );
  }
  return {
    compartmentId: request.compartmentId,
    availabilityDomain: request.availabilityDomain,
    displayName: request.name,
    shape: request.shape,
    ...(shapeConfig === undefined ? {} : { shapeConfig: { ...shapeConfig } }),
    sourceDetails: sourceDetails(source),
    createVnicDetails: {
      subnetId: request.subnetId,
      assignPublicIp: request.assignPublicIp,
      nsgIds: [...request.networkSecurityGroupIds],
    },
    metadata,
    // Images without IMDSv2 would get no SSH key: a billed machine that nobody can enter.
    ...(isOracleLinux(source) ? { instanceOptions: { areLegacyImdsEndpointsDisabled: true } } : {}),
    freeformTags: { ...request.freeformTags },
    ...(request.isPreemptible === true
      ? { preemptibleInstanceConfig: { preemptionAction: preemption } }
      : {}),
  };
}

const preemption: NonNullable<LaunchInstanceDetails['preemptibleInstanceConfig']>['preemptionAction'] & {
  preserveBootVolume: boolean;
} = { type: 'TERMINATE', preserveBootVolume: false };

function sourceDetails(source: LaunchRequest['source']): NonNullable<LaunchInstanceDetails['sourceDetails']> {
  if (source.kind === 'bootVolume') return { sourceType: 'bootVolume', bootVolumeId: source.bootVolumeId };
  const bootVolumeSizeInGBs = Math.max(source.bootVolumeSizeInGBs, source.image.minBootVolumeGb);
  return { sourceType: 'image', imageId: source.image.id, bootVolumeSizeInGBs };
}

function isOracleLinux(source: LaunchRequest['source']): boolean {
  return (
    source.kind === 'image' && source.image.isPlatformImage && source.image.operatingSystem === 'Oracle Linux'
  );
}

/** How far a launch has come. A launch that was accepted can still fail here, out of capacity for one. */
export async function launchProgress(
  { workRequests }: Pick<Clients, 'workRequests'>,
  workRequestId: string,
  signal?: AbortSignal,
): Promise<LaunchProgress> {
  const { workRequest } = await call('getWorkRequest', signal, () =>
    workRequests.getWorkRequest({ workRequestId }),
  );
  const status: string = workRequest.status;
  if (status === 'SUCCEEDED') return { kind: 'succeeded' };
  if (status !== 'FAILED' && status !== 'CANCELED')
    return { kind: 'running', percent: workRequest.percentComplete };
  const errors = await listAll('listWorkRequestErrors', signal, (next) =>
    workRequests.listWorkRequestErrors({ workRequestId, ...next }),
  );
  const text = errors
    .map(({ code, message }) => (message.includes(code) ? message : `${code}: ${message}`))
    .join(' ');
  return {
    kind: 'failed',
    message: text || 'OCI gave up the launch without a reason.',
    outOfCapacity: saysOutOfCapacity(text),
  };
}
