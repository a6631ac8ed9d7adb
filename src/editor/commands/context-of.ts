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
