import assert from 'node:assert/strict';
import { oneTimeLink } from '../../../src/jupyter/one-time-link';

describe('The link that a browser is started with', () => {
  const target = 'http://127.0.0.1:8888/lab?token=secret';
  const open = (link: string) => fetch(link, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });

  it('holds no token, and leads to JupyterLab once', async () => {
    const link = await oneTimeLink(target);
    assert.doesNotMatch(link, /secret|token/);
    assert.equal((await open(link)).headers.get('location'), target);
    await assert.rejects(open(link));
  });

  it('leads nowhere for those who do not know it', async () => {
    const link = await oneTimeLink(target);
    const guess = await open(new URL('/lab', link).href);
    assert.equal(guess.status, 404);
    assert.equal(guess.headers.get('location'), null);
    await open(link);
  });
});
