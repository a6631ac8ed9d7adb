import assert from 'node:assert/strict';
import type { NotebookDocument } from 'vscode';
import { kernelOnServer, shutDown } from '../../../src/editor/notebook/kernel-on-server';
import { sessionPath } from '../../../src/editor/notebook/notebook-ids';
import type { KernelTarget } from '../../../src/editor/notebook/types';
import { createJupyterServer, type JupyterServer } from '../../../src/jupyter/server';
import { silentLogger } from '../../../src/ports/logger';
import { startJupyterStandIn, type JupyterStandIn } from '../journey/jupyter-stand-in';

describe('The kernel of a notebook that was not run since a reload', () => {
  const notebook = { uri: { path: '/home/me/train.ipynb' } } as unknown as NotebookDocument;
  const ofNotebook = { sessionPath: sessionPath(notebook, { clientId: '1a2b3c4d-5e6f' }) };
  let jupyter: JupyterStandIn;
  let server: JupyterServer;
  let target: KernelTarget;
  beforeEach(async () => {
    jupyter = await startJupyterStandIn('right');
    server = createJupyterServer({
      baseUrl: `http://127.0.0.1:${jupyter.port}/`,
      token: 'right',
      logger: silentLogger,
    });
    target = {
      id: 'launch-1',
      label: 'trainer',
      description: '',
      detail: '',
      server: () => Promise.resolve({ kind: 'server', server }),
      kernelsChanged: () => undefined,
    };
  });
  afterEach(() => jupyter.close());

  it('is found on the server by its session', async () => {
    jupyter.notebooks = ['other.ipynb', 'train.ipynb'];
    assert.deepEqual(await kernelOnServer(target, ofNotebook), { server, kernelId: 'kernel of train.ipynb' });
  });

  it('is none when the server has no session of it', async () => {
    jupyter.notebooks = ['other.ipynb'];
    assert.equal(await kernelOnServer(target, ofNotebook), undefined);
  });

  it('is none when the one of a row has ended since that was drawn', async () => {
    const running = { id: 'k1', name: 'python3', execution_state: 'idle', last_activity: '', connections: 0 };
    const kernel = async (id: string) => (id === running.id ? running : undefined);
    const withOne: JupyterServer = { ...server, kernel };
    target = { ...target, server: () => Promise.resolve({ kind: 'server', server: withOne }) };
    assert.deepEqual(await kernelOnServer(target, { kernelId: 'k1' }), { server: withOne, kernelId: 'k1' });
    assert.equal(await kernelOnServer(target, { kernelId: 'k2' }), undefined);
  });

  it('cannot be known while the server is not reached, and the reason is told', async () => {
    const away: KernelTarget = {
      ...target,
      server: () => Promise.resolve({ kind: 'notReady', reason: 'trainer is paused.', actions: [] }),
    };
    await assert.rejects(kernelOnServer(away, ofNotebook), /trainer is paused/);
  });

  it('is shut down with its session, and no other is', async () => {
    jupyter.notebooks = ['other.ipynb', 'train.ipynb'];
    const ended: string[] = [];
    const watched = { ...server, endSession: async (id: string) => void ended.push(id) };
    await shutDown({ server: watched, kernelId: 'kernel of train.ipynb' });
    assert.deepEqual(ended, ['session of train.ipynb']);
  });
});
