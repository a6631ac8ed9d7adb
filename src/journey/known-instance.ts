import type { Cloud } from '../cloud/cloud';
import { isCloudError } from '../cloud/errors';
import type { Instance } from '../cloud/types';

/**
 * The instance, or undefined where OCI answers 404: it is gone, or so new that OCI does not know it yet
 * (terraform-provider-oci issue 1356).
 */
export async function knownInstance(
  cloud: Cloud,
  instanceId: string,
  signal?: AbortSignal,
): Promise<Instance | undefined> {
  try {
    return await cloud.instance(instanceId, signal);
  } catch (error) {
    if (isCloudError(error, 'notFound')) return undefined;
    throw error;
  }
}
