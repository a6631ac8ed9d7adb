import assert from 'node:assert/strict';
import { createCellOutputs, createJupyterServer } from '../../src/jupyter';
import { silentLogger } from '../../src/ports/logger';
import { linesLost, openSession, quietSink, runCell, seen, startCell } from './cells';
import type { TestJupyter } from './jupyter-server';
import { startJupyter, startProxy } from './jupyter-server';

describe('A link to a kernel that drops', function () {
  this.timeout(120_000);
  let jupyter: TestJupyter;

  before(async function () {
    this.timeout(12 * 60_000);
    jupyter = await startJupyter();
  });
  after(() => jupyter.stop());

  const slowLines = 'import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.1)';
  const allLines = Array.from({ length: 30 }, (_, i) => String(i));

  it('comes back by itself; at most one line is lost, and the outcome says that one may be', async () => {
    const proxy = await startProxy(jupyter.port);
    const far = createJupyterServer({ ...jupyter, baseUrl: proxy.baseUrl, logger: silentLogger });
    const dropping = await openSession(far);
    const cell = startCell(dropping, slowLines);
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
    const frozen = await openSession(far);
    const cell = startCell(frozen, slowLines);
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
    const moving = await openSession(far);
    await runCell(moving, 'kept = 7');
    far.moveTo({ baseUrl: second.baseUrl, token: jupyter.token });
    await first.stop();
    const { outputs } = await runCell(moving, 'kept');
    assert.deepEqual(outputs[0]?.output_type === 'execute_result' && outputs[0].data, {
      'text/plain': '7',
    });
    await moving.shutdown();
    await second.stop();
  });

  it('lets another window go on with the cell that the first one started', async () => {
    const clientId = crypto.randomUUID();
    const path = `reloaded-${crypto.randomUUID()}.ipynb`;
    const before = await openSession(jupyter.server, clientId, path);
    const cell = startCell(before, slowLines);
    await cell.hasShown('5\n');
    before.dispose();
    assert.equal((await cell.execution.done).kind, 'detached');
    const after = await openSession(jupyter.server, clientId, path);
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
    const path = `ended-${crypto.randomUUID()}.ipynb`;
    const before = await openSession(jupyter.server, clientId, path);
    const { outcome, id } = await runCell(before, '1');
    assert.equal(outcome.kind, 'ok');
    before.dispose();
    const after = await openSession(jupyter.server, crypto.randomUUID(), path);
    assert.equal((await after.resume(id, quietSink).done).kind, 'endedUnseen');
    await after.shutdown();
  });

  it('does not run a cell that has not left yet after a stop, nor in a kernel that was restarted', async () => {
    const proxy = await startProxy(jupyter.port);
    const far = createJupyterServer({ ...jupyter, baseUrl: proxy.baseUrl, logger: silentLogger });
    const session = await openSession(far);
    await runCell(session, '1');
    const dropLink = async () => {
      proxy.refusing = true;
      proxy.reset();
      await seen(session, 'reconnecting');
    };
    const stop = () => session.interrupt();
    const restart = () => {
      proxy.refusing = false;
      return session.restart();
    };
    for (const end of [stop, restart]) {
      await dropLink();
      const unsent = startCell(session, "open('ran', 'w')");
      await end();
      assert.equal((await unsent.execution.done).kind, 'dropped');
      proxy.refusing = false;
      const { outputs } = await runCell(session, "import os\nos.path.exists('ran')");
      assert.match(JSON.stringify(outputs), /False/);
    }
    await session.shutdown();
    await proxy.stop();
  });

  it('leaves a cell running when the server does not hear of a restart', async () => {
    const proxy = await startProxy(jupyter.port);
    const far = createJupyterServer({ ...jupyter, baseUrl: proxy.baseUrl, logger: silentLogger });
    const session = await openSession(far);
    const running = startCell(session, "import time\nprint('here', flush=True)\ntime.sleep(2)");
    await running.hasShown('here');
    proxy.refusing = true;
    proxy.reset();
    await assert.rejects(session.restart());
    proxy.refusing = false;
    const outcome = await running.execution.done;
    assert.equal(outcome.kind === 'ok' && outcome.outputMayBeMissing, true);
    await session.shutdown();
    await proxy.stop();
  });

  it('ends a cell whose kernel was restarted by another client', async () => {
    const session = await openSession(jupyter.server);
    const running = startCell(session, "import time\nprint('here', flush=True)\ntime.sleep(600)");
    await running.hasShown('here');
    await jupyter.server.restart(session.kernelId);
    // Whether the old kernel still said that it is idle is chance.
    assert.match((await running.execution.done).kind, /^(endedUnseen|unanswered)$/);
    assert.equal((await runCell(session, '1')).outcome.kind, 'ok');
    await session.shutdown();
  });
});
