import type { InstanceView } from '../../journey/lab';
import { verbsFor } from './commands';

/**
 * What `when` clauses in `package.json` can ask: `ociGpu.hasInstances`, and for each command
 * that acts on an instance `ociGpu.can.<verb>`, true while some instance fits.
 */
export function contextOf(
  views: readonly InstanceView[],
  verbs: readonly string[],
): ReadonlyMap<string, boolean> {
  const possible = new Set(views.flatMap(verbsFor));
  return new Map([
    ['ociGpu.hasInstances', views.length > 0],
    ...verbs.map((verb): [string, boolean] => [`ociGpu.can.${verb}`, possible.has(verb)]),
  ]);
}

/** Why the cloud could not be read, as `ociGpu.readFailed` tells it: each has its own next step. */
export function readFailure(error: unknown): 'signIn' | 'other' {
  // The room of the cloud is not loaded for this: its error is known by its kind.
  return error instanceof Error && 'kind' in error && error.kind === 'notAuthenticated' ? 'signIn' : 'other';
}
