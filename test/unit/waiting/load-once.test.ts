import assert from 'node:assert/strict';
import { createLoadOnce } from '../../../src/waiting/load-once';

describe('What is loaded with its first use', () => {
  it('is loaded once, for everybody who uses it', async () => {
    let loads = 0;
    const thing = createLoadOnce(async () => (loads += 1));
    assert.deepEqual(await Promise.all([thing.get(), thing.get()]), [1, 1]);
    assert.equal(await thing.get(), 1);
  });

  it('is loaded again with the next use when it could not be loaded', async () => {
    const answers = [Promise.reject(new Error('no such file')), Promise.resolve('loaded')];
    const thing = createLoadOnce(() => answers.shift() ?? assert.fail('loaded a third time'));
    await assert.rejects(thing.get(), /no such file/);
    assert.equal(await thing.get(), 'loaded');
  });

  it('is looked after once it has been used, also while it is being loaded', async () => {
    const disposed: string[] = [];
    const thing = createLoadOnce(async () => 'loaded');
    const dispose = (): void => thing.ifUsed((loaded) => disposed.push(loaded));
    dispose();
    const loading = thing.get();
    dispose();
    await loading;
    assert.deepEqual(disposed, ['loaded']);
  });

  it('is not looked after where it could not be loaded', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.prependListener('unhandledRejection', note);
    const thing = createLoadOnce(() => Promise.reject(new Error('no such file')));
    const loading = thing.get();
    thing.ifUsed(() => assert.fail('there is nothing'));
    await assert.rejects(loading);
    await new Promise(setImmediate);
    process.removeListener('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });
});
