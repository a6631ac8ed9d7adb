import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import { createLoadOnce } from '../../waiting/load-once';

/** The status bar's item. It is hidden until there is an instance, and its code is loaded with the first one. */
export function createLazyStatusBar(lab: Lab, clock: Clock, logger: Logger): Disposable {
  const item = createLoadOnce<Disposable>(async () =>
    (await import('./status-bar')).createStatusBar(lab, clock),
  );
  const look = () => {
    if (lab.instances.length === 0) return;
    item.get().then(
      () => listening.dispose(),
      (error: unknown) => logger.error('the status bar cannot be shown', error),
    );
  };
  const listening = lab.onDidChange(look);
  look();
  return {
    dispose: () => {
      listening.dispose();
      item.ifUsed((shown) => shown.dispose());
    },
  };
}
