import assert from 'node:assert/strict';
import { createChannelSlots } from '../../../src/ssh/channel-slots';

describe('Session channels', () => {
  it('go to a waiting shell before commands that waited longer', async () => {
    const slots = createChannelSlots(1);
    const first = await slots.acquire('command');
    const served: string[] = [];
    const command = slots.acquire('command').then((slot) => (served.push('command'), slot));
    const shell = slots.acquire('shell').then((slot) => (served.push('shell'), slot));
    first.dispose();
    (await shell).dispose();
    (await command).dispose();
    assert.deepEqual(served, ['shell', 'command']);
  });

  it('are not lost to whoever gave up waiting', async () => {
    const slots = createChannelSlots(1);
    const first = await slots.acquire('command');
    const cancel = new AbortController();
    const waiting = slots.acquire('command', cancel.signal);
    cancel.abort(new Error('never mind'));
    await assert.rejects(waiting, /never mind/);
    first.dispose();
    (await slots.acquire('command')).dispose();
  });

  it('are given back once, however often they are disposed of', async () => {
    const slots = createChannelSlots(1);
    const first = await slots.acquire('command');
    first.dispose();
    first.dispose();
    await slots.acquire('command');
    const cancel = AbortSignal.abort(new Error('full'));
    await assert.rejects(slots.acquire('command', cancel), /full/);
  });
});
