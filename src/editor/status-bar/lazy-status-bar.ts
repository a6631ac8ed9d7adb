import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';

/** The status bar's item. It is hidden until there is an instance, and its code is loaded with the first one. */
export function createLazyStatusBar(lab: Lab, clock: Clock, logger: Logger): Disposable {
  let item: Disposable | undefined;
  let isDisposed = false;
  const look = () => {
    if (lab.instances.length === 0) return;
    listening.dispose();
    import('./status-bar').then(
      ({ createStatusBar }) => {
        if (!isDisposed) item = createStatusBar(lab, clock);
      },
      (error: unknown) => logger.error('the status bar cannot be shown', error),
    );
  };
  const listening = lab.onDidChange(look);
  look();
  return {
    dispose: () => {
      isDisposed = true;
      listening.dispose();
      item?.dispose();
    },
  };
}
