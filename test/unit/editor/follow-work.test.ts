import assert from 'node:assert/strict';
import type { Phase } from '../../../src/instances/phase';
import { followWork } from '../../../src/editor/progress/follow-work';
import { EventSource } from '../../../src/ports/disposable';
import type { InstanceView } from '../../../src/journey/lab';
import { deferred } from '../journey/deferred';
import { gpuInstance, noon } from './example-views';

const since = noon;
const stopped: Phase = { kind: 'stopped', since };
const starting: Phase = { kind: 'starting', since };

describe('The progress of what was asked for', () => {
  const changes = new EventSource<void>();
  let view: InstanceView | undefined;
  const become = (phase: Phase | undefined): void => {
    view = phase && gpuInstance(phase);
    changes.fire();
  };
  /** Follows on a clock that stands still until `graceIsOver`. */
  const follow = () => {
    const grace = deferred();
    const told: string[] = [];
    const ended = followWork(
      { get: () => view, onDidChange: changes.event },
      'launch-1',
      { now: () => noon, sleep: () => grace.promise },
      ({ kind }) => told.push(kind),
    );
    return { told, ended, graceIsOver: grace.resolve };
  };

  it('waits for the work to begin, and ends with it', async () => {
    become(stopped);
    const { told, ended } = follow();
    become(starting);
    become({ kind: 'ready', since });
    become(starting);
    await ended;
    assert.deepEqual(told, ['stopped', 'starting']);
  });

  it('goes on for as long as the work does, once that has begun', async () => {
    become(stopped);
    const { told, ended, graceIsOver } = follow();
    become(starting);
    graceIsOver();
    await new Promise((resolve) => setImmediate(resolve));
    become({ kind: 'booting', step: 'Booting', since });
    become(stopped);
    await ended;
    assert.deepEqual(told, ['stopped', 'starting', 'booting']);
  });

  it('ends when nothing has begun within the grace', async () => {
    become(stopped);
    const { ended, graceIsOver } = follow();
    graceIsOver();
    await ended;
  });

  it('ends when the instance is not in the list any more', async () => {
    become(starting);
    const { ended } = follow();
    become(undefined);
    await ended;
  });
});
