import assert from 'node:assert/strict';
import { interruptPick, onClosed } from '../../../src/editor/questions/interrupted-pick';

/** A question that the test answers. */
function aQuestion(name: string, shown: string[]) {
  let answer = (_text: string): void => undefined;
  const typed = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const asked = interruptPick(() => {
    shown.push(name);
    return typed;
  });
  return { asked, answer: (text: string) => answer(text) };
}

describe('Questions that interrupt a pick', () => {
  it('are shown one after the other, and the pick after the last', async () => {
    const shown: string[] = [];
    let hide = (): void => undefined;
    const pick = {
      onDidHide: (listener: () => void) => {
        hide = listener;
        return { dispose: () => undefined };
      },
      show: () => void shown.push('the pick'),
    };
    onClosed(pick, () => shown.push('closed'));
    const first = aQuestion('first', shown);
    hide();
    const second = aQuestion('second', shown);
    assert.deepEqual(shown, ['first']);
    first.answer('one');
    assert.equal(await first.asked, 'one');
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['first', 'second']);
    second.answer('two');
    assert.equal(await second.asked, 'two');
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['first', 'second', 'the pick']);
    hide();
    assert.equal(shown.at(-1), 'closed');
  });
});
