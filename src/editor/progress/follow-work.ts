import { isWorking } from '../../instances/life';
import type { Phase } from '../../instances/phase';
import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';

/** What was just asked for changes the phase only after a moment: the instance is claimed and the key read first. */
const graceMs = 5_000;

/** Tells the phase at once and with each change, until the work has ended, or has not begun within the grace. */
export async function followWork(
  lab: Pick<Lab, 'get' | 'onDidChange'>,
  id: string,
  clock: Clock,
  tell: (phase: Phase) => void,
): Promise<void> {
  const grace = new AbortController();
  let hasBegun = false;
  await new Promise<void>((resolve) => {
    const end = () => {
      subscription.dispose();
      grace.abort();
      resolve();
    };
    const look = () => {
      const phase = lab.get(id)?.record.phase;
      if (!phase || (hasBegun && !isWorking(phase))) {
        end();
        return;
      }
      hasBegun ||= isWorking(phase);
      tell(phase);
    };
    const subscription = lab.onDidChange(look);
    look();
    clock.sleep(graceMs, grace.signal).then(
      () => {
        if (!hasBegun) end();
      },
      // The work has ended before.
      () => undefined,
    );
  });
}
