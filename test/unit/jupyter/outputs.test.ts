import assert from 'node:assert/strict';
import { createCellOutputs } from '../../../src/jupyter/outputs';
import type { OutputEvent } from '../../../src/jupyter/kernel-events';

const limits = { headChars: 1000, tailChars: 1000, outputs: 5 };
const out = (text: string): OutputEvent => ({ kind: 'stream', name: 'stdout', text });
const show = (text: string, displayId?: string): OutputEvent => ({
  kind: 'display',
  data: { 'text/plain': text },
  metadata: {},
  displayId,
});

/** The cell's texts after these events: of each stream, and of each display. */
function textsAfter(...events: OutputEvent[]): unknown[] {
  const cell = createCellOutputs(limits);
  for (const event of events) cell.apply(event);
  return cell.toNotebook().map((output) => {
    if (output.output_type === 'stream') return output.text;
    return output.output_type === 'error' ? output.ename : output.data['text/plain'];
  });
}

describe('cell outputs', () => {
  const cases: readonly (readonly [string, readonly OutputEvent[], readonly string[]])[] = [
    ['joins what one stream writes', [out('a'), out('b\n')], ['ab\n']],
    [
      'keeps two streams apart',
      [out('a'), { kind: 'stream', name: 'stderr', text: 'b' }, out('c')],
      ['a', 'b', 'c'],
    ],
    ['lets a carriage return rewrite the line', [out(' 10%\r'), out(' 20%\r'), out('100%\n')], ['100%\n']],
    ['leaves what a shorter line does not cover', [out('abc\rX')], ['Xbc']],
    ['takes \\r\\n for the end of a line', [out('a\r\nb')], ['a\nb']],
    ['steps back at a backspace', [out('12\b3')], ['13']],
    ['does not step back over a line’s start', [out('a\n\b\bb')], ['a\nb']],
    ['erases to the end of the line', [out('long text\rdone\u001b[K')], ['done']],
    ['keeps colours with their characters', [out('\u001b[31mab\u001b[0m\rX')], ['Xb\u001b[0m']],
    ['clears at once', [out('a'), { kind: 'clear', wait: false }], []],
    ['clears when the next output comes', [out('a'), { kind: 'clear', wait: true }, out('b')], ['b']],
    [
      'keeps the last output when nothing comes after a waiting clear',
      [out('a'), { kind: 'clear', wait: true }],
      ['a'],
    ],
    [
      'changes a display by its id',
      [
        show('a', 'x'),
        show('z'),
        { kind: 'update', displayId: 'x', data: { 'text/plain': 'b' }, metadata: {} },
      ],
      ['b', 'z'],
    ],
    ['changes the first of two displays with one id too', [show('a', 'x'), show('b', 'x')], ['b', 'b']],
    [
      'counts outputs beyond the limit',
      Array.from({ length: 8 }, (_, i) => show(String(i))),
      ['0', '1', '2', '3', '4', '[… 3 more outputs of this cell are not shown. …]\n'],
    ],
  ];
  for (const [title, events, expected] of cases) {
    it(title, () => assert.deepEqual(textsAfter(...events), expected));
  }

  it('keeps beginning and end of a long stream and says how much is left out', () => {
    const [text] = textsAfter(out(Array.from({ length: 10_000 }, (_, i) => `${i}\n`).join('')));
    assert.match(String(text), /^0\n1\n[^]*\[… [\d,]+ characters of output are left out here.*\n[^]*9999\n$/);
    assert.ok(String(text).length < 5000);
  });

  it('tells the editor of many small writes as one addition', () => {
    const cell = createCellOutputs();
    cell.apply(out('first\n'));
    assert.deepEqual(
      cell.takeChanges().map(({ kind }) => kind),
      ['added'],
    );
    for (let i = 0; i < 20_000; i++) cell.apply(out(`${i}\n`));
    const changes = cell.takeChanges();
    assert.equal(changes.length, 1);
    assert.ok(changes[0]?.kind === 'appended' && changes[0].text.endsWith('19999\n'));
    assert.deepEqual(cell.takeChanges(), []);
  });

  it('tells the editor to replace a stream whose shown line was rewritten', () => {
    const cell = createCellOutputs();
    cell.apply(out(' 10%'));
    cell.takeChanges();
    cell.apply(out('\r 20%'));
    const [change] = cell.takeChanges();
    assert.deepEqual(change?.kind === 'replaced' && change.output, {
      output_type: 'stream',
      name: 'stdout',
      text: ' 20%',
    });
  });

  it('tells the editor of a clear once, before what came after it', () => {
    const cell = createCellOutputs();
    cell.apply(out('a'));
    cell.takeChanges();
    cell.apply({ kind: 'clear', wait: true });
    assert.deepEqual(cell.takeChanges(), []);
    cell.apply(out('b'));
    assert.deepEqual(
      cell.takeChanges().map(({ kind }) => kind),
      ['cleared', 'added'],
    );
  });
});
