import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CellSink, Execution, ExecutionOutcome, JupyterServer, KernelSession } from '../../src/jupyter';
import { createCellOutputs, createJupyterServer, openKernelSession } from '../../src/jupyter';
import { systemClock } from '../../src/ports/clock';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';
import type { TestJupyter } from './jupyter-server';
import { startJupyter, startProxy } from './jupyter-server';

describe('Jupyter on a real server', function () {
  this.timeout(120_000);
  let jupyter: TestJupyter;
  let session: KernelSession;
  let count = 0;

  const open = (server: JupyterServer, clientId = crypto.randomUUID(), path = `test-${count++}.ipynb`) =>
    openKernelSession({
      server,
      notebook: { path, name: path, clientId },
      clock: systemClock,
      logger: silentLogger,
      pingEveryMs: 500,
    });

  before(async function () {
    this.timeout(12 * 60_000);
    jupyter = await startJupyter();
    session = await open(jupyter.server);
  });
  after(async () => {
    session.dispose();
    await jupyter.stop();
  });

  describe('the server', () => {
    it("answers with its version, and is known as this instance's own", async () => {
      const status = await jupyter.server.status();
      assert.equal(status.kind, 'answers');
      assert.equal(await jupyter.server.isOwn(), true);
    });

    it('refuses a wrong token, and is then not our own', async () => {
      const other = createJupyterServer({ ...jupyter, token: 'wrong', logger: silentLogger });
      assert.equal((await other.status()).kind, 'wrongToken');
      assert.equal(await other.isOwn(), false);
    });

    it('is told from a port where something else answers', async () => {
      const web = createServer((_, response) => response.end('<h1>hello</h1>'));
      await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
      const baseUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
      const other = createJupyterServer({ baseUrl, token: 'x', logger: silentLogger });
      assert.equal((await other.status()).kind, 'notJupyter');
      assert.equal(await other.isOwn(), false);
      await new Promise((resolve) => web.close(resolve));
      assert.equal((await other.status()).kind, 'unreachable');
    });

    it('lists kernels, sessions and what can be started', async () => {
      assert.ok((await jupyter.server.kernels()).some(({ id }) => id === session.kernelId));
      assert.ok((await jupyter.server.sessions()).some(({ id }) => id === session.sessionId));
      assert.ok((await jupyter.server.kernelSpecs()).names.has('python3'));
    });
  });

  describe('a cell', () => {
    it('shows streams, results and displays in their order', async () => {
      const { outputs, outcome } = await run(
        session,
        "import sys\nprint('out')\nprint('err', file=sys.stderr)\n6 * 7",
      );
      assert.equal(outcome.kind, 'ok');
      assert.deepEqual(
        outputs.map((output) => (output.output_type === 'stream' ? output.name : output.output_type)).sort(),
        ['execute_result', 'stderr', 'stdout'],
      );
      const result = outputs.find((output) => output.output_type === 'execute_result');
      assert.deepEqual(result?.data, { 'text/plain': '42' });
    });

    it('shows a progress bar that rewrites its line as one line', async () => {
      const { outputs } = await run(
        session,
        "import time\nfor i in range(101):\n    print(f'\\r{i:3d}%', end='', flush=True)\nprint()",
      );
      assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: '100%\n' }]);
    });

    it('changes a display in place', async () => {
      const { outputs } = await run(session, "h = display('a', display_id=True)\nh.update('b')");
      assert.equal(outputs.length, 1);
      assert.deepEqual(outputs[0]?.output_type === 'display_data' && outputs[0].data, {
        'text/plain': "'b'",
      });
    });

    it('clears its output when the next comes', async () => {
      const code =
        "from IPython.display import clear_output\nprint('a')\nclear_output(wait=True)\nprint('b')";
      const { outputs } = await run(session, code);
      assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: 'b\n' }]);
    });

    it('ends with its error and a traceback', async () => {
      const { outputs, outcome } = await run(session, '1 / 0');
      assert.equal(outcome.kind === 'error' && outcome.name, 'ZeroDivisionError');
      const [error] = outputs;
      assert.ok(error?.output_type === 'error' && error.traceback.length > 1);
    });

    it('gets what input() and getpass() ask for', async () => {
      const asked: [string, boolean][] = [];
      const { outputs } = await run(
        session,
        "from getpass import getpass\nprint(input('Name: '), getpass('Key: '))",
        {
          onInputRequest: (prompt, password) => {
            asked.push([prompt, password]);
            return Promise.resolve(password ? 'secret' : 'Ada');
          },
        },
      );
      assert.deepEqual(asked, [
        ['Name: ', false],
        ['Key: ', true],
      ]);
      assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: 'Ada secret\n' }]);
    });

    it('shows 20,000 lines whole, in few changes and less than 2 s', async () => {
      const began = performance.now();
      const { outputs } = await run(session, 'for i in range(20000):\n    print(i)');
      assert.ok(performance.now() - began < 2000);
      const [stream] = outputs;
      assert.equal(stream?.output_type === 'stream' && stream.text.split('\n').length, 20_001);
    });

    it('keeps beginning and end of 10 MB on one line, and says how much is left out', async () => {
      const { outputs, outcome } = await run(session, "print('<' + 'x' * 10_000_000 + '>')");
      assert.equal(outcome.kind, 'ok');
      const [stream] = outputs;
      assert.ok(stream?.output_type === 'stream');
      assert.match(stream.text, /^<x+\n\[… 8,000,003 characters of output are left out here.*\n.*x>\n$/);
    });

    it('is interrupted within a second, and the queued ones are dropped', async () => {
      const running = start(session, 'import time\ntime.sleep(60)');
      const queued = start(session, '1');
      await running.started;
      const began = performance.now();
      await session.interrupt();
      const outcome = await running.execution.done;
      assert.equal(outcome.kind === 'error' && outcome.name, 'KeyboardInterrupt');
      assert.ok(performance.now() - began < 1000);
      assert.equal((await queued.execution.done).kind, 'dropped');
    });

    it('completes names, counting as editors do', async () => {
      await run(session, 'import math');
      const code = "'😀'; math.flo";
      const { matches, from, to } = await session.complete(code, code.length, 10_000);
      assert.ok(matches.some(({ text }) => text.endsWith('floor')));
      assert.ok(code.slice(from, to).endsWith('flo'));
    });

    it('ends as restarted when its kernel is, and variables are gone', async () => {
      await run(session, 'kept = 1');
      const running = start(session, 'import time\ntime.sleep(60)');
      await running.started;
      const { kernelId } = session;
      await session.restart();
      assert.equal((await running.execution.done).kind, 'restarted');
      assert.equal(session.kernelId, kernelId);
      const { outcome } = await run(session, 'kept');
      assert.equal(outcome.kind === 'error' && outcome.name, 'NameError');
    });

    it('says so when its kernel dies, and the next cell runs in a new one', async () => {
      const { outcome } = await run(session, 'import os\nos._exit(1)');
      assert.equal(outcome.kind, 'died');
      const next = await run(session, '1 + 1');
      assert.equal(next.outcome.kind, 'ok');
    });
  });

  describe('a link that drops', () => {
    const slowLines = 'import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.1)';
    const allLines = Array.from({ length: 30 }, (_, i) => String(i));

    it('comes back by itself; at most one line is lost, and the outcome says that one may be', async () => {
      const proxy = await startProxy(jupyter.port);
      const far = createJupyterServer({ ...jupyter, baseUrl: proxy.baseUrl, logger: silentLogger });
      const dropping = await open(far);
      const cell = start(dropping, slowLines);
      await cell.hasShown('5\n');
      proxy.refusing = true;
      proxy.reset();
      await seen(dropping, 'reconnecting');
      proxy.refusing = false;
      const outcome = await cell.execution.done;
      assert.ok(outcome.kind === 'ok' && outcome.outputMayBeMissing);
      assert.ok(linesLost(cell, allLines) <= 1);
      await dropping.shutdown();
      await proxy.stop();
    });

    it('is noticed within seconds when nothing passes any more', async () => {
      const proxy = await startProxy(jupyter.port);
      const far = createJupyterServer({ ...jupyter, baseUrl: proxy.baseUrl, logger: silentLogger });
      const frozen = await open(far);
      const cell = start(frozen, slowLines);
      await cell.hasShown('5\n');
      proxy.freeze();
      const outcome = await cell.execution.done;
      assert.ok('outputMayBeMissing' in outcome && outcome.outputMayBeMissing);
      frozen.dispose();
      await jupyter.server.endSession(frozen.sessionId);
      await proxy.stop();
    });

    it('follows the server to another port with the same kernel and session', async () => {
      const first = await startProxy(jupyter.port);
      const second = await startProxy(jupyter.port);
      const far = createJupyterServer({ ...jupyter, baseUrl: first.baseUrl, logger: silentLogger });
      const moving = await open(far);
      await run(moving, 'kept = 7');
      far.moveTo({ baseUrl: second.baseUrl, token: jupyter.token });
      await first.stop();
      const { outputs } = await run(moving, 'kept');
      assert.deepEqual(outputs[0]?.output_type === 'execute_result' && outputs[0].data, {
        'text/plain': '7',
      });
      await moving.shutdown();
      await second.stop();
    });

    it('lets another window go on with the cell that the first one started', async () => {
      const clientId = crypto.randomUUID();
      const path = `reloaded-${count++}.ipynb`;
      const before = await open(jupyter.server, clientId, path);
      const cell = start(before, slowLines);
      await cell.hasShown('5\n');
      before.dispose();
      assert.equal((await cell.execution.done).kind, 'detached');
      const after = await open(jupyter.server, clientId, path);
      const outputs = createCellOutputs();
      const resumed = after.resume(cell.execution.id, {
        ...quietSink,
        onOutput: (event) => outputs.apply(event),
      });
      assert.equal((await resumed.done).kind, 'ok');
      const [rest] = outputs.toNotebook();
      assert.ok(rest?.output_type === 'stream' && rest.text.endsWith('29\n'));
      assert.equal(after.kernelId, before.kernelId);
      await after.shutdown();
    });

    it('finds out that a cell ended while nobody was there', async () => {
      const clientId = crypto.randomUUID();
      const path = `ended-${count++}.ipynb`;
      const before = await open(jupyter.server, clientId, path);
      const { outcome, id } = await run(before, '1');
      assert.equal(outcome.kind, 'ok');
      before.dispose();
      const after = await open(jupyter.server, crypto.randomUUID(), path);
      assert.equal((await after.resume(id, quietSink).done).kind, 'endedUnseen');
      await after.shutdown();
    });
  });
});

const quietSink: CellSink = {
  onOutput: () => undefined,
  onInputRequest: () => Promise.resolve(undefined),
};

function start(session: KernelSession, code: string, more: Partial<CellSink> = {}) {
  const outputs = createCellOutputs();
  let begin: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const execution: Execution = session.execute(code, {
    ...quietSink,
    onStarted: begin,
    onOutput: (event) => outputs.apply(event),
    ...more,
  });
  const text = () =>
    outputs
      .toNotebook()
      .map((output) => (output.output_type === 'stream' ? output.text : ''))
      .join('');
  return {
    execution,
    started,
    outputs,
    text,
    hasShown: (part: string) =>
      until(() => Promise.resolve(text().includes(part) || undefined), {
        what: part,
        limitMs: 30_000,
        everyMs: 20,
      }),
  };
}

async function run(session: KernelSession, code: string, more: Partial<CellSink> = {}) {
  const { execution, outputs } = start(session, code, more);
  const outcome: ExecutionOutcome = await execution.done;
  return { outcome, outputs: outputs.toNotebook(), id: execution.id };
}

function linesLost(cell: { text(): string }, expected: readonly string[]): number {
  const lines = new Set(cell.text().split('\n'));
  return expected.filter((line) => !lines.has(line)).length;
}

function seen(session: KernelSession, state: string): Promise<unknown> {
  return until(() => Promise.resolve(session.state === state || undefined), {
    what: `the state ${state}`,
    limitMs: 10_000,
    everyMs: 10,
  });
}
