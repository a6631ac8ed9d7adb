import type { Lab } from '../../journey/lab';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import { createLoadOnce } from '../../waiting/load-once';
import type { AccessCheck } from './cloud-access';

/** What reading the cloud needs. */
export interface CloudReaderDeps {
  readonly lab: Pick<Lab, 'refresh' | 'unread'>;
  readonly checkAccess: () => Promise<AccessCheck>;
  readonly logger: Logger;
}

/** Reads the cloud into the view, and again by itself once access is there that was missing. */
export interface CloudReader extends Disposable {
  /** Because the person asked. @throws what the cloud said */
  read(): Promise<void>;
  /** Unasked: the first time that the view is seen, and when what access depends on has changed. A failure is logged. */
  look(): Promise<void>;
}

/** The same reader, whose code is loaded with the first use. */
export function createCloudReader(deps: CloudReaderDeps): CloudReader {
  const reader = createLoadOnce(async () => (await import('./read-cloud')).openCloudReader(deps));
  return {
    read: async () => await (await reader.get()).read(),
    look: async () => await (await reader.get()).look(),
    // What was never loaded watches nothing.
    dispose: () => reader.ifUsed((loaded) => loaded.dispose()),
  };
}
