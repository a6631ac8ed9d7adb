import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { until } from '../waiting/until';
import { call } from './call';
import type { Clients } from './clients';
import { CloudError, isCloudError } from './errors';

/** A capture takes seconds; after this long it is given up (milliseconds). */
const captureLimitMs = 3 * 60_000;
const captureEveryMs = 1_500;
const deleteLimitMs = 30_000;
/** A capture holds at most 1 MB. */
const contentLength = 1_048_576;

export interface ConsoleDeps {
  readonly clients: Pick<Clients, 'compute'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * What an instance has printed on its serial console: asks for a capture, waits for it, reads it, and deletes it
 * again, also when aborted.
 * @throws CloudError; TimeLimitReached when the capture does not come.
 */
export async function readConsole(
  deps: ConsoleDeps,
  instanceId: string,
  signal?: AbortSignal,
): Promise<string> {
  const { compute } = deps.clients;
  const { consoleHistory } = await call('captureConsoleHistory', signal, () =>
    compute.captureConsoleHistory({ captureConsoleHistoryDetails: { instanceId } }),
  );
  try {
    await waitForCapture(deps, consoleHistory.id, signal);
    const { value } = await call('getConsoleHistoryContent', signal, () =>
      compute.getConsoleHistoryContent({
        instanceConsoleHistoryId: consoleHistory.id,
        offset: 0,
        length: contentLength,
      }),
    );
    return value;
  } finally {
    await deleteCapture(deps, consoleHistory.id);
  }
}

async function waitForCapture(
  { clients, clock }: ConsoleDeps,
  id: string,
  signal?: AbortSignal,
): Promise<void> {
  await until(
    async () => {
      const state = await captureState(clients, id, signal);
      if (state === 'FAILED') {
        throw new CloudError('OCI could not capture the console of the instance.', {
          kind: 'service',
          operation: 'captureConsoleHistory',
        });
      }
      return state === 'SUCCEEDED' ? state : undefined;
    },
    { what: 'The console capture', limitMs: captureLimitMs, everyMs: captureEveryMs, clock, signal },
  );
}

async function captureState({ compute }: ConsoleDeps['clients'], id: string, signal?: AbortSignal) {
  try {
    const answer = await call('getConsoleHistory', signal, () =>
      compute.getConsoleHistory({ instanceConsoleHistoryId: id }),
    );
    const state: string = answer.consoleHistory.lifecycleState;
    return state;
  } catch (error) {
    // Just created: not known everywhere yet.
    if (isCloudError(error, 'notFound')) return undefined;
    throw error;
  }
}

/** A capture that stays costs nothing but counts against a limit: worth a line in the log, not a failure. */
async function deleteCapture({ clients, logger }: ConsoleDeps, id: string): Promise<void> {
  try {
    await call('deleteConsoleHistory', AbortSignal.timeout(deleteLimitMs), () =>
      clients.compute.deleteConsoleHistory({ instanceConsoleHistoryId: id }),
    );
  } catch (error) {
    if (!isCloudError(error, 'notFound')) logger.warn(`The console capture ${id} was not deleted`, error);
  }
}
