/** The simulated cloud's time: real time, plus what tests have advanced it by. */
export interface SimulatedTime {
  /** Milliseconds since the epoch. */
  now(): number;
  /** As OCI writes dates. */
  iso(): string;
  /** Runs `work` once `ms` milliseconds have passed or were skipped. Failures go to `onFailure`. */
  after(ms: number, work: () => void | Promise<void>): void;
  /** Skips `ms` milliseconds: everything due by then runs at once. */
  advance(ms: number): void;
  /** Forgets everything that is still to run. */
  dispose(): void;
}

interface Due {
  readonly at: number;
  readonly work: () => void | Promise<void>;
  timer: NodeJS.Timeout;
}

export function createSimulatedTime(onFailure: (error: unknown) => void): SimulatedTime {
  let skipped = 0;
  const waiting = new Set<Due>();
  const now = () => Date.now() + skipped;

  const run = (due: Due) => {
    clearTimeout(due.timer);
    if (!waiting.delete(due)) return;
    Promise.resolve().then(due.work).catch(onFailure);
  };

  return {
    now,
    iso: () => new Date(now()).toISOString(),
    after(ms, work) {
      const due: Due = { at: now() + ms, work, timer: setTimeout(() => run(due), ms) };
      waiting.add(due);
    },
    advance(ms) {
      skipped += ms;
      const ready = [...waiting].filter((due) => due.at <= now()).sort((a, b) => a.at - b.at);
      ready.forEach(run);
      for (const due of waiting) {
        clearTimeout(due.timer);
        due.timer = setTimeout(() => run(due), Math.max(0, due.at - now()));
      }
    },
    dispose() {
      for (const due of waiting) clearTimeout(due.timer);
      waiting.clear();
    },
  };
}
