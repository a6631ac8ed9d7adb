import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import type { Logger } from '../../ports/logger';

/** Shows what goes on with an instance as a notification, until it has ended; Cancel stops the work. */
export function createInstanceProgress(
  lab: Lab,
  clock: Clock,
  logger: Logger,
): { show(instanceId: string): void } {
  const shown = new Set<string>();
  return {
    show: (id) => {
      if (shown.has(id)) return;
      shown.add(id);
      import('./notify-work')
        .then(async ({ notifyWork }) => await notifyWork(lab, id, clock))
        .catch((error: unknown) => logger.error('what goes on cannot be shown', error))
        .finally(() => shown.delete(id));
    },
  };
}
