import assert from 'node:assert/strict';
import { shellEnd } from '../../../src/editor/terminal/shell-end';

describe('A shell’s terminal', () => {
  it('closes with the shell’s own exit status', () => {
    assert.deepEqual(shellEnd(0, 'trainer'), { kind: 'close', code: 0 });
    assert.deepEqual(shellEnd(130, 'trainer'), { kind: 'close', code: 130 });
  });

  it('stays open, and says so, when the link has dropped', () => {
    const end = shellEnd(null, 'trainer');
    assert.match(end.kind === 'say' ? end.text : '', /^\r\n.*The connection to trainer was lost\..*\r\n$/);
  });
});
