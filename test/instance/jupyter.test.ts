import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KernelSession } from '../../src/jupyter';
import { createJupyterServer } from '../../src/jupyter';
import { silentLogger } from '../../src/ports/logger';
import { until } from '../../src/waiting/until';
import { openSession, runCell, seen, startCell } from './cells';
import type { TestJupyter } from './jupyter-server';
import { startJupyter } from './jupyter-server';

describe('Jupyter on a real server', function () {
  this.timeout(120_000);
  let jupyter: TestJupyter;
  let session: KernelSession;

  before(async function () {
    this.timeout(12 * 60_000);
    jupyter = await startJupyter();
    session = await openSession(jupyter.server);
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
      await assert.rejects(openSession(other), /refuses the token that is kept.*tunnel off and on again/s);
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

    it('lists kernels and sessions', async () => {
      assert.ok((await jupyter.server.kernels()).some(({ id }) => id === session.kernelId));
      assert.ok((await jupyter.server.sessions()).some(({ id }) => id === session.sessionId));
    });
  });

  describe('a cell', () => {
    it('shows streams, results and displays in their order', async () => {
      const { outputs, outcome } = await runCell(
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
      const { outputs } = await runCell(
        session,
        "import time\nfor i in range(101):\n    print(f'\\r{i:3d}%', end='', flush=True)\nprint()",
      );
      assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: '100%\n' }]);
    });

    it('steps back where the program does', async () => {
      const { outputs } = await runCell(session, "print('waiting |\\b/\\b-\\b done')");
      assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: 'waiting  done\n' }]);
    });

    it('changes a display in place', async () => {
      const { outputs } = await runCell(session, "h = display('a', display_id=True)\nh.update('b')");
      assert.equal(outputs.length, 1);
      assert.deepEqual(outputs[0]?.output_type === 'display_data' && outputs[0].data, {
        'text/plain': "'b'",
      });
    });

    it('clears its output when the next comes', async () => {
      const code =
        "from IPython.display import clear_output\nprint('a')\nclear_output(wait=True)\nprint('b')";
      const { outputs } = await runCell(session, code);
      assert.deepEqual(outputs, [{ output_type: 'stream', name: 'stdout', text: 'b\n' }]);
    });

    it('ends with its error and a traceback', async () => {
      const { outputs, outcome } = await runCell(session, '1 / 0');
      assert.equal(outcome.kind === 'error' && outcome.name, 'ZeroDivisionError');
      const [error] = outputs;
      assert.ok(error?.output_type === 'error' && error.traceback.length > 1);
    });

    it('gets what input() and getpass() ask for', async () => {
      const asked: [string, boolean][] = [];
      const { outputs } = await runCell(
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

    it('ends with a KeyboardInterrupt when its question is answered with an interrupt', async () => {
      const { outcome } = await runCell(session, "input('Go on? ')", {
        onInputRequest: async () => {
          await session.interrupt();
          return undefined;
        },
      });
      assert.equal(outcome.kind === 'error' && outcome.name, 'KeyboardInterrupt');
    });

    it('is numbered by the kernel; without code it is not sent and has no number', async () => {
      const counts: number[] = [];
      const onStarted = (count: number) => void counts.push(count);
      const first = await runCell(session, '1', { onStarted });
      const empty = await runCell(session, ' \n', { onStarted });
      const second = await runCell(session, '2', { onStarted });
      const numbers = [first, empty, second].map(
        ({ outcome }) => 'executionCount' in outcome && outcome.executionCount,
      );
      const [start = 0] = counts;
      assert.deepEqual(numbers, [start, undefined, start + 1]);
      assert.deepEqual(counts, [start, start + 1]);
    });

    it('shows figures, pictures, HTML, JSON and LaTeX in every form that the kernel gives', async () => {
      const { outputs } = await runCell(
        session,
        `import matplotlib.pyplot as plt
from IPython.display import HTML, JSON, Latex, SVG, display
display(HTML('<b>bold</b>'), JSON({'a': [1, 2]}), Latex('$x^2$'))
display(SVG(data='<svg xmlns="http://www.w3.org/2000/svg"></svg>'))
plt.plot([1, 2])
plt.show()`,
      );
      const bundles = outputs.flatMap((output) => ('data' in output ? [output.data] : []));
      assert.equal(bundles[0]?.['text/html'], '<b>bold</b>');
      assert.deepEqual(bundles[1]?.['application/json'], { a: [1, 2] });
      assert.equal(bundles[2]?.['text/latex'], '$x^2$');
      assert.match(String(bundles[3]?.['image/svg+xml']), /^<svg/);
      const picture = Buffer.from(String(bundles[4]?.['image/png']), 'base64');
      assert.equal(picture.subarray(1, 4).toString(), 'PNG');
    });

    it('gets what its threads print after its end', async () => {
      const late: string[] = [];
      const code = `import threading, time
def speak():
    time.sleep(0.5)
    print('from the thread', flush=True)
threading.Thread(target=speak).start()`;
      const { outcome } = await runCell(session, code, {
        onLateOutput: (event) => {
          if (event.kind === 'stream') late.push(event.text);
        },
      });
      assert.equal(outcome.kind, 'ok');
      await until(() => Promise.resolve(late.join('') === 'from the thread\n' || undefined), {
        what: 'the output of the thread',
        limitMs: 30_000,
        everyMs: 20,
      });
    });

    it('gets 30 MB in 30 prints whole: no rate limit cuts them', async () => {
      const { outputs } = await runCell(session, "for i in range(30):\n    print('x' * 1_000_000)");
      const [stream] = outputs;
      assert.ok(outputs.length === 1 && stream?.output_type === 'stream');
      // Beginning and end are shown, and what lies between was counted: it had all come.
      const [, leftOut = ''] = /([\d,]+) characters of output are left out/.exec(stream.text) ?? [];
      const shown = stream.text.replaceAll(/[^x]/g, '').length;
      assert.ok(Number(leftOut.replaceAll(',', '')) + shown >= 30_000_000 - 30);
    });

    it('shows 20,000 lines whole', async () => {
      const { outputs } = await runCell(session, 'for i in range(20000):\n    print(i)');
      const [stream] = outputs;
      assert.equal(stream?.output_type === 'stream' && stream.text.split('\n').length, 20_001);
    });

    it('keeps beginning and end of 10 MB on one line, and says how much is left out', async () => {
      const { outputs, outcome } = await runCell(session, "print('<' + 'x' * 10_000_000 + '>')");
      assert.equal(outcome.kind, 'ok');
      const [stream] = outputs;
      assert.ok(stream?.output_type === 'stream');
      assert.match(stream.text, /^<x+\n\[… 8,000,003 characters of output are left out here.*\n.*x>\n$/);
    });

    it('is interrupted, and the queued ones are dropped', async () => {
      const running = startCell(session, "import time\nprint('here', flush=True)\ntime.sleep(600)");
      const queued = startCell(session, '1');
      await running.hasShown('here');
      await session.interrupt();
      const outcome = await running.execution.done;
      assert.equal(outcome.kind === 'error' && outcome.name, 'KeyboardInterrupt');
      assert.equal((await queued.execution.done).kind, 'dropped');
    });

    it('ends when an interrupt comes before its code runs, and the next one runs', async () => {
      // What ipykernel meets when SIGINT arrives while it prepares the cell.
      await runCell(
        session,
        `kernel = get_ipython().kernel
do_execute = kernel.do_execute
async def interrupted(*args, **kwargs):
    kernel.do_execute = do_execute
    raise KeyboardInterrupt
kernel.do_execute = interrupted`,
      );
      assert.equal((await runCell(session, '1')).outcome.kind, 'unanswered');
      assert.equal((await runCell(session, '1')).outcome.kind, 'ok');
    });

    it('ends when a second stop ends the question after it too, and the next one runs', async () => {
      await runCell(
        session,
        `kernel = get_ipython().kernel
do_execute = kernel.do_execute
kernel_info = kernel.shell_handlers['kernel_info_request']
async def interrupted(*args, **kwargs):
    kernel.do_execute = do_execute
    raise KeyboardInterrupt
async def interrupted_too(*args):
    kernel.shell_handlers['kernel_info_request'] = kernel_info
    raise KeyboardInterrupt
kernel.do_execute = interrupted
kernel.shell_handlers['kernel_info_request'] = interrupted_too`,
      );
      assert.equal((await runCell(session, '1')).outcome.kind, 'unanswered');
      assert.equal((await runCell(session, '1')).outcome.kind, 'ok');
    });

    it('completes names, counting as editors do', async () => {
      await runCell(session, 'import math');
      const code = "'😀'; math.flo";
      const { matches, from, to } = await session.complete(code, code.length, 10_000);
      assert.ok(matches.some(({ text }) => text.endsWith('floor')));
      assert.ok(code.slice(from, to).endsWith('flo'));
    });

    it('ends as restarted when its kernel is, and variables are gone', async () => {
      await runCell(session, 'kept = 1');
      const running = startCell(session, 'import time\ntime.sleep(60)');
      await running.started;
      const { kernelId } = session;
      await session.restart();
      assert.equal((await running.execution.done).kind, 'restarted');
      assert.equal(session.kernelId, kernelId);
      const { outcome } = await runCell(session, 'kept');
      assert.equal(outcome.kind === 'error' && outcome.name, 'NameError');
    });

    it('says so when its kernel dies, and the next cell runs in a new one', async () => {
      const { outcome } = await runCell(session, 'import os\nos._exit(1)');
      assert.ok(outcome.kind === 'died');
      assert.match(outcome.message, /kernel died.*variables are lost/s);
      const next = await runCell(session, '1 + 1');
      assert.equal(next.outcome.kind, 'ok');
    });

    it('runs in the kernel that takes the place of a dead one, when that is to be restarted too', async () => {
      const dying = startCell(session, 'import os\nos._exit(1)');
      await seen(session, 'starting');
      await session.restart();
      assert.equal((await dying.execution.done).kind, 'died');
      assert.equal((await runCell(session, '1 + 1')).outcome.kind, 'ok');
    });
  });
});
