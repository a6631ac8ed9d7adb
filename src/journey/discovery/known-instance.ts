import type { Cloud } from '../../cloud/cloud';
import { CloudError, isCloudError } from '../../cloud/errors';
import type { Instance } from '../../cloud/types';
import { unknownIdMs } from '../time-limits';

/**
 * The instance, or undefined where OCI answers 404: it is gone, or so new that OCI does not know it yet
 * (terraform-provider-oci issue 1356), or the user may not see it.
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

/** What is known of an instance that was launched once. */
export type Sighting =
  | { readonly kind: 'seen'; readonly instance: Instance }
  | { readonly kind: 'gone' }
  /** Launched so lately that OCI may not know it yet. */
  | { readonly kind: 'tooNew' };

/** Which instance, and since when it could be known (milliseconds). */
export interface Launched {
  readonly instanceId: string;
  readonly compartmentId: string;
  readonly since: number;
}

/**
 * Looks at an instance, and takes a 404 for its end only where nothing else can be meant: a billed machine must not be
 * taken for gone.
 * @param now milliseconds since the epoch
 * @throws CloudError `notFound` when the user may not see the instance's compartment, so that nothing is known
 */
export async function sight(
  cloud: Cloud,
  { instanceId, compartmentId, since }: Launched,
  now: number,
  signal?: AbortSignal,
): Promise<Sighting> {
  const instance =
    (await knownInstance(cloud, instanceId, signal)) ??
    (await listed(cloud, compartmentId, signal)).find(({ id }) => id === instanceId);
  if (instance) return { kind: 'seen', instance };
  return { kind: now - since < unknownIdMs ? 'tooNew' : 'gone' };
}

async function listed(cloud: Cloud, compartmentId: string, signal?: AbortSignal): Promise<Instance[]> {
  try {
    return await cloud.instances(compartmentId, { includeTerminated: false }, signal);
  } catch (error) {
    if (!isCloudError(error, 'notFound')) throw error;
    throw new CloudError(
      'OCI shows neither the instance nor its compartment, so it may still run and be billed. Ask your administrator whether your user may still see it.',
      { kind: 'notFound', operation: error.operation, status: error.status, cause: error },
    );
  }
}
