import assert from 'node:assert/strict';
import { openKernelSession, type KernelSession } from '../../../src/jupyter/kernel-session';
import { createJupyterServer } from '../../../src/jupyter/server';
import type { CellSink } from '../../../src/jupyter/execution';
import { silentLogger } from '../../../src/ports/logger';
import { createFakeClock } from '../journey/fake-clock';
import { startKernelStandIn, type KernelStandIn } from './kernel-stand-in';

const quiet: CellSink = {
  onOutput: () => undefined,
  onInputRequest: () => Promise.resolve(undefined),
};

const clock = createFakeClock();
/** What takes this long does not come to pass in a test. */
let longMs: number;
const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('given up')));
  });

describe("A notebook's kernel", () => {
  let jupyter: KernelStandIn;
  let session: KernelSession;
  let errors: unknown[];
  beforeEach(async () => {
    longMs = 10_000;
    errors = [];
    jupyter = await startKernelStandIn();
    session = await openKernelSession({
      server: createJupyterServer({ baseUrl: jupyter.baseUrl, token: '', logger: silentLogger }),
      notebook: { path: 'p', name: 'n', clientId: 'a window' },
      clock: {
        ...clock,
        sleep: (ms, signal) => (ms < longMs ? clock.sleep(ms, signal) : untilAborted(signal)),
      },
      logger: { ...silentLogger, error: (...said) => void errors.push(said) },
    });
  });
  afterEach(async () => {
    session.dispose();
    await jupyter.close();
  });

  const run = async (code: string) => (await session.execute(code, quiet).done).kind;
  const become = (wanted: string): Promise<void> =>
    new Promise((resolve) => {
      const look = () => {
        if (session.state !== wanted) return;
        listening.dispose();
        resolve();
      };
      const listening = session.onState(look);
      look();
    });

  it('that is idle again without a reply has ended the cell, and the next one runs', async () => {
    jupyter.onAsked = (asked) => {
      if (asked.code !== 'swallowed') asked.answer();
      else ['busy', 'idle'].forEach((state) => asked.status(state));
    };
    assert.equal(await run('swallowed'), 'unanswered');
    assert.equal(await run('next'), 'ok');
  });

  it('is given the time for a reply that comes a moment after it is idle', async () => {
    jupyter.onAsked = (asked) => {
      asked.status('idle');
      asked.reply({ status: 'ok', execution_count: 1 });
    };
    assert.equal(await run('1'), 'ok');
  });

  it('is not taken for restarted when the server cannot restart it', async () => {
    jupyter.restartFails = true;
    await assert.rejects(session.restart(), /Jupyter answered 500/);
    await become('idle');
    assert.equal(await run('after'), 'ok');
  });

  it('does not get after a restart what was to be sent before it', async () => {
    jupyter.takesSockets = false;
    jupyter.cut();
    await become('reconnecting');
    const waiting = session.execute('before', quiet);
    const restarting = session.restart();
    jupyter.takesSockets = true;
    await restarting;
    assert.equal((await waiting.done).kind, 'dropped');
    assert.equal(await run('after'), 'ok');
    assert.deepEqual(jupyter.codes, ['after']);
  });

  it('runs nothing between two restarts that overlap, also when the kernel of the first is heard before the second', async () => {
    let goOn: () => void = () => undefined;
    const isFirstOver = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    jupyter.beforeRestarted = async (nth) => {
      if (nth === 2) await isFirstOver;
    };
    const both = [session.restart(), session.restart()];
    const cell = session.execute('after', quiet);
    await both[0];
    goOn();
    await both[1];
    assert.equal((await cell.done).kind, 'ok');
    assert.deepEqual(jupyter.codes, ['after']);
  });

  it('runs what waited when the second of two restarts that overlap fails after the first is over', async () => {
    let goOn: () => void = () => undefined;
    const isFirstOver = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    jupyter.beforeRestarted = async (nth) => {
      if (nth < 2) return;
      await isFirstOver;
      jupyter.restartFails = true;
    };
    const both = [session.restart(), session.restart()];
    const fails = assert.rejects(both[1] ?? Promise.resolve(), /Jupyter answered 500/);
    const cell = session.execute('after', quiet);
    await both[0];
    goOn();
    await fails;
    assert.equal((await cell.done).kind, 'ok');
  });

  it('is not restarted while the server starts one in place of a dead one: two would share its ports', async () => {
    const fresh = become('starting').then(() => session.restart());
    jupyter.sayRestarting();
    await fresh;
    assert.equal(await run('after'), 'ok');
    assert.equal(jupyter.restarts, 0);
  });

  it('is restarted although the server starts one by itself when a cell was sent in vain, which that one may have run', async () => {
    const isSent = new Promise<void>((resolve) => {
      jupyter.onAsked = (asked) => {
        if (asked.code === 'dies') resolve();
        else asked.answer();
      };
    });
    const cell = session.execute('dies', quiet);
    await isSent;
    jupyter.sayRestarting();
    assert.equal((await cell.done).kind, 'died');
    const fresh = session.restart();
    const after = run('after');
    await fresh;
    assert.equal(jupyter.restarts, 1);
    assert.equal(await after, 'ok', 'what was asked for after the restart waits for its kernel');
  });

  it('that is being replaced when the window closes is left to the server without an error', async () => {
    const isReplaced = become('starting');
    jupyter.sayRestarting();
    await isReplaced;
    session.dispose();
    await new Promise((turn) => setImmediate(turn));
    assert.deepEqual(errors, []);
    assert.notEqual(session.state, 'dead');
  });

  it('is restarted once more when the server fails at it, since its own restart may have been in the way', async () => {
    jupyter.restartFails = 'once';
    await session.restart();
    assert.equal(jupyter.restarts, 2);
    assert.equal(await run('after'), 'ok');
  });

  it('that died before it took up a cell may have left it to the next one, and the cell says so', async () => {
    const outcomeAfter = async (isTakenUp: boolean) => {
      let sent: () => void = () => undefined;
      const isSent = new Promise<void>((resolve) => {
        sent = resolve;
      });
      jupyter.onAsked = (asked) => {
        if (asked.code !== 'dies') {
          asked.answer();
          return;
        }
        if (isTakenUp) asked.status('busy');
        sent();
      };
      const cell = session.execute('dies', quiet);
      await isSent;
      jupyter.sayRestarting();
      const outcome = await cell.done;
      return outcome.kind === 'died' ? outcome.message : outcome.kind;
    };
    assert.match(await outcomeAfter(false), /in which the cell may have run/);
    await become('idle');
    assert.match(await outcomeAfter(true), /died while this cell ran/);
  });

  it('ends the cell when a second stop ends the question after it', async () => {
    let interrupted = 0;
    jupyter.onAsked = (asked) => {
      if (asked.code !== 'swallowed' && (asked.type !== 'kernel_info_request' || interrupted++ > 1))
        asked.answer();
      else ['busy', 'idle'].forEach((state) => asked.status(state));
    };
    assert.equal(await run('swallowed'), 'unanswered');
    assert.equal(await run('next'), 'ok');
  });

  it('gets an answer to input() again when the link dropped as it was on its way, and once when it did not', async () => {
    const answersAfter = async (isLost: boolean) => {
      let answers = 0;
      let finish: () => void = () => undefined;
      jupyter.onAsked = (asked) => {
        if (asked.code === 'input()') {
          finish = () => asked.answer();
          asked.status('busy');
          asked.ask('name? ');
        } else if (asked.type !== 'input_reply') {
          // As in a kernel, what comes after a cell is answered after it.
          if (asked.code !== undefined) asked.answer();
        } else {
          answers += 1;
          if (isLost && answers === 1) jupyter.cut();
          else finish();
        }
      };
      const cell = session.execute('input()', {
        ...quiet,
        onInputRequest: () => Promise.resolve('Ada'),
      });
      const { kind } = await cell.done;
      return { kind, answers };
    };
    assert.deepEqual(await answersAfter(false), { kind: 'ok', answers: 1 });
    assert.deepEqual(await answersAfter(true), { kind: 'ok', answers: 2 });
  });

  it('ends the cell of which a stop left no word at all', async () => {
    let taken: () => void = () => undefined;
    const busy = new Promise<void>((resolve) => {
      taken = resolve;
    });
    jupyter.onAsked = (asked) => {
      if (asked.code !== 'swallowed') asked.answer();
      else {
        asked.status('busy');
        taken();
      }
    };
    const cell = run('swallowed');
    await busy;
    await session.interrupt();
    assert.equal(await cell, 'unanswered');
    assert.equal(await run('next'), 'ok');
  });

  it('that replies and is heard publishing nothing gets other channels, and its cell ends', async () => {
    // The question after the cell is repeated after 5 and 10 s; the server is looked at every 15.
    longMs = 12_000;
    let taken: () => void = () => undefined;
    const isTaken = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const opened = jupyter.sessionIds.length;
    jupyter.onAsked = (asked) => {
      if (jupyter.sessionIds.length > opened) asked.answer();
      else asked.reply({ status: 'ok', execution_count: 1 });
      if (asked.code !== undefined) taken();
    };
    const cell = session.execute('deaf', quiet);
    await isTaken;
    await session.interrupt();
    assert.deepEqual(await cell.done, { kind: 'ok', executionCount: 1, outputMayBeMissing: true });
    assert.deepEqual(await session.execute('next', quiet).done, {
      kind: 'ok',
      executionCount: 1,
      outputMayBeMissing: false,
    });
    const [between, own, ...more] = jupyter.sessionIds.slice(opened);
    assert.notEqual(between, 'a window');
    assert.equal(own, 'a window');
    assert.deepEqual(more, []);
  });
});
