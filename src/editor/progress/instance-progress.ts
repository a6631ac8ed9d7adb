import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';

/** Shows what goes on with an instance as a notification, until it has ended; Cancel stops the work. */
export function createInstanceProgress(lab: Lab, clock: Clock): { show(instanceId: string): void } {
  const shown = new Set<string>();
  return {
    show: (id) => {
      if (shown.has(id)) return;
      shown.add(id);
      const ended = () => shown.delete(id);
      void import('./notify-work')
        .then(async ({ notifyWork }) => await notifyWork(lab, id, clock))
        .then(ended, ended);
    },
  };
}
