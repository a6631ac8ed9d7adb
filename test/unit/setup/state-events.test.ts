import assert from 'node:assert/strict';
import { stateEvent } from '../../../src/setup/state-events';

const line = (members: object): string => JSON.stringify({ time: 1_800_000_000, seconds: 9, ...members });
const ended = (members: object) => {
  const event = stateEvent(line({ event: 'ended', ...members }));
  assert.equal(event?.kind, 'ended');
  return event.outcome;
};

describe('the events that set-up writes on the instance', () => {
  it('tells a step with its place, heading and state', () => {
    const event = stateEvent(
      line({ event: 'step', index: 2, total: 9, id: 'disk', title: 'Disk space', state: 'done' }),
    );
    assert.deepEqual(event, {
      kind: 'step',
      index: 2,
      total: 9,
      id: 'disk',
      name: 'Disk space',
      state: 'done',
      seconds: 9,
    });
  });

  it('tells how far the pull of an image is', () => {
    const event = stateEvent(line({ event: 'progress', index: 5, percent: 38, text: '2,130 of 5,610 MB' }));
    assert.deepEqual(event, { kind: 'pull', index: 5, percent: 38, text: '2,130 of 5,610 MB' });
  });

  it('is ready when TensorFlow found what the shape has', () => {
    const gpus = { expected: 2, found: 2, passed: true };
    assert.deepEqual(ended({ outcome: 'ready', gpus }), {
      kind: 'ready',
      gpus: { expected: 2, found: 2, checkedAt: 1_800_000_000_000 },
    });
  });

  it('says how many GPUs are missing, why, and what to do', () => {
    const outcome = ended({
      outcome: 'ready',
      gpus: { expected: 2, found: 0, passed: false, cause: 'noDriver' },
    });
    assert.equal(outcome.kind, 'readyWithWarning');
    assert.match(outcome.message, /^TensorFlow sees 0 of 2 GPUs: the NVIDIA driver is not installed/);
    assert.match(outcome.nextAction, /GPU images/);
  });

  it('tells all GPUs found but not usable from too few found', () => {
    const outcome = ended({
      outcome: 'ready',
      gpus: { expected: 8, found: 8, passed: false, cause: 'fabricManager' },
    });
    assert.equal(outcome.kind, 'readyWithWarning');
    assert.match(outcome.message, /sees all 8 GPUs but cannot train/);
  });

  it('keeps what a failed step saw, beside a sentence for the person', () => {
    const outcome = ended({ outcome: 'failed', step: 'Python', reason: 'network', detail: 'dns error' });
    assert.equal(outcome.kind, 'failed');
    assert.equal(outcome.step, 'Python');
    assert.equal(outcome.reason, 'network');
    assert.equal(outcome.detail, 'dns error');
    assert.match(outcome.nextAction, /way out to the internet/);
  });

  it('tells the person what was seen where the scripts say it in words', () => {
    const detail = '900 MiB are free where /opt is, 4000 MiB are needed';
    const outcome = ended({ outcome: 'failed', step: 'Disk space', reason: 'diskTooSmall', detail });
    assert.equal(outcome.kind, 'failed');
    assert.match(
      outcome.message,
      /^The disk has too little room .*JupyterLab: 900 MiB are free .* needed\.$/,
    );
    assert.match(outcome.nextAction, /^Free some space, then retry/);
  });

  it('takes a reason that it does not know as unexpected', () => {
    const outcome = ended({ outcome: 'failed', step: 'Python', reason: 'newReason' });
    assert.equal(outcome.kind === 'failed' && outcome.reason, 'unexpected');
  });

  it('refuses a line of another shape', () => {
    assert.throws(() => stateEvent('{"event":"step"}'));
  });
});
