import type { Operation } from './operation';
import type { Region } from './region';
import type { World } from './world';

/** Where a request goes. */
export interface Route {
  readonly region: Region;
  /** Without the region prefix. */
  readonly path: string;
  /** Undefined: no operation has that method and path. */
  readonly found:
    { readonly operation: Operation; readonly params: Readonly<Record<string, string>> } | undefined;
}

/**
 * Finds region and operation. A path may begin with a region's name, as in `/us-phoenix-1/20160918/vcns`;
 * without one it is the home region's.
 */
export function createRouter(
  world: World,
  operations: readonly Operation[],
): (method: string, path: string) => Route {
  const patterns = operations.map((operation) => ({ operation, parts: operation.path.split('/').slice(1) }));
  return (method, fullPath) => {
    const [first, ...rest] = fullPath.split('/').slice(1).map(decodeURIComponent);
    const named = world.regions.find((region) => region.name === first);
    const parts = named ? rest : [first ?? '', ...rest];
    for (const { operation, parts: pattern } of patterns) {
      const params = operation.method === method ? match(pattern, parts) : undefined;
      if (params)
        return { region: named ?? world.home, path: `/${parts.join('/')}`, found: { operation, params } };
    }
    return { region: named ?? world.home, path: `/${parts.join('/')}`, found: undefined };
  };
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(wanted)?.[1];
    if (name !== undefined) params[name] = part;
    else if (wanted !== part) return undefined;
  }
  return params;
}
