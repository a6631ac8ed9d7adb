import assert from 'node:assert/strict';
import { createEndProbe } from '../../../src/jupyter/end-probe';
import type { Execution } from '../../../src/jupyter/execution';
import type { Incoming } from '../../../src/jupyter/wire';
import { silentLogger } from '../../../src/ports/logger';

/** A cell about which the kernel is asked. Pauses end when the test says so. */
function askedCell() {
  const ids: string[] = [];
  const pauses: { readonly ms: number; end(): void }[] = [];
  let ends = 0;
  let deaf = 0;
  const cell = { ended: false, endUnseen: () => ends++ } as unknown as Execution;
  const probe = createEndProbe({
    send: ({ id }) => void ids.push(id),
    onDeaf: () => deaf++,
    clock: {
      now: () => 0,
      sleep: (ms) => new Promise((end) => pauses.push({ ms, end })),
    },
    logger: silentLogger,
    signal: new AbortController().signal,
  });
  const hear = (channel: string, content: unknown, parentId = '') => {
    const type = channel === 'shell' ? 'kernel_info_reply' : 'status';
    probe.take({ id: '', type, channel, parentId, header: {}, content });
  };
  return {
    cell,
    probe,
    pauses,
    /** The questions so far. */
    asked: () => ids.length,
    counts: () => ({ ends, deaf }),
    reply: (question: number) => hear('shell', {}, ids[question]),
    status: (question: number, state: Incoming['content']) =>
      hear('iopub', { execution_state: state }, ids[question]),
    /** Something that another request made the kernel publish. */
    publish: () => hear('iopub', { execution_state: 'busy' }, 'another request'),
    endPause: async () => {
      pauses.at(-1)?.end();
      await new Promise((turn) => setImmediate(turn));
    },
  };
}

describe('A question after a cell', () => {
  it('is repeated ever more rarely when the kernel replies and is not heard to be idle', async () => {
    const { probe, cell, reply, publish, endPause, pauses, counts } = askedCell();
    probe.send(cell);
    for (const question of [0, 1, 2, 3, 4]) {
      publish();
      reply(question);
      await endPause();
    }
    assert.deepEqual(
      pauses.map(({ ms }) => ms),
      [5000, 10_000, 20_000, 40_000, 80_000],
    );
    assert.deepEqual(counts(), { ends: 0, deaf: 0 });
  });

  it('is answered by the idleness after an earlier one, which much output can hold up', async () => {
    const { probe, cell, reply, status, endPause, asked, counts } = askedCell();
    probe.send(cell);
    reply(0);
    await endPause();
    assert.equal(asked(), 2);
    status(1, 'busy');
    assert.equal(counts().ends, 0);
    status(0, 'idle');
    assert.deepEqual(counts(), { ends: 1, deaf: 0 });
  });

  it('counts still when another is asked, as after the link was down, and is not repeated any more', async () => {
    const { probe, cell, reply, status, endPause, asked, pauses, counts } = askedCell();
    probe.send(cell);
    reply(0);
    probe.send(cell);
    await endPause();
    assert.equal(pauses.length, 1);
    assert.equal(asked(), 2);
    status(1, 'idle');
    assert.deepEqual(counts(), { ends: 1, deaf: 0 });
  });

  it('has no part in what is asked about another cell', () => {
    const { probe, cell, reply, status, counts } = askedCell();
    probe.send(undefined);
    reply(0);
    probe.send(cell);
    status(0, 'idle');
    status(1, 'idle');
    assert.equal(counts().ends, 0);
    reply(1);
    assert.equal(counts().ends, 1);
  });

  it('ends the cell, and the link is called deaf, at the third reply without a word published', async () => {
    const { probe, cell, reply, endPause, asked, counts } = askedCell();
    probe.send(cell);
    for (const question of [0, 1]) {
      reply(question);
      await endPause();
    }
    assert.deepEqual(counts(), { ends: 0, deaf: 0 });
    reply(2);
    assert.deepEqual(counts(), { ends: 1, deaf: 1 });
    await endPause();
    assert.equal(asked(), 3);
  });

  it('of no cell calls no link deaf, which would be opened anew without end', async () => {
    const { probe, reply, endPause, asked, counts } = askedCell();
    probe.send(undefined);
    for (const question of [0, 1, 2]) {
      reply(question);
      await endPause();
    }
    assert.deepEqual(counts(), { ends: 0, deaf: 0 });
    assert.equal(asked(), 3);
  });
});
