import assert from 'node:assert/strict';
import { createLogColours, createLogPrinter } from '../../../src/editor/terminal/setup-log-text';

const escape = String.fromCharCode(27);
const withoutColours = (text: string) => text.replace(new RegExp(`${escape}\\[[\\d;]*m`, 'g'), '');

describe('The setup log in the terminal', () => {
  it('loses nothing, wherever the pieces are cut', () => {
    const log = '==> Python\nfetching…\n==> TensorFlow\nok\n';
    for (let cut = 0; cut <= log.length; cut++) {
      const colours = createLogColours();
      const shown = withoutColours(colours(log.slice(0, cut)) + colours(log.slice(cut)));
      assert.equal(shown, log.replaceAll('\n', '\r\n'), `cut at ${cut}`);
    }
  });

  it('says when the log has ended, once for each set-up', () => {
    let isGoingOn = true;
    const show = createLogPrinter(() => isGoingOn);
    const end = '\r\n— end of the log\r\n';
    const shown = (...pieces: string[]) => withoutColours(pieces.map(show).join(''));
    assert.equal(shown('', 'one\n', ''), 'one\r\n');
    isGoingOn = false;
    assert.equal(shown('two\n', '', ''), `two\r\n${end}`);
    isGoingOn = true;
    assert.equal(shown('three\n', ''), 'three\r\n');
  });

  it('makes headings stand out', () => {
    assert.ok(createLogColours()('==> Python\n').startsWith('\u001b[1;'));
    assert.ok(createLogColours()('    done in 3 s\n').startsWith('\u001b[32m'));
    assert.ok(!createLogColours()('fetching\n').includes('\u001b['));
  });
});
