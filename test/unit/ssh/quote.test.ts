import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { commandLine } from '../../../src/ssh/quote';

describe('A command line', () => {
  it('reaches a real shell as exactly the words it was made of', () => {
    const words = [
      'a b',
      '',
      "it's",
      '"$HOME"',
      '`id`',
      '$(id)',
      '*',
      '~',
      'x\ny',
      '\\',
      '!!',
      '#',
      '-n',
      'é',
      '{a,b}',
      'A=b',
      ';&|<>',
    ];
    const out = execFileSync('sh', ['-c', commandLine(['printf', '%s\\0', ...words])], { encoding: 'utf8' });
    assert.deepEqual(out.split('\0').slice(0, -1), words);
  });

  it('leaves plain words readable', () => {
    assert.equal(commandLine(['tail', '-n', '+1', '/var/log/x.log']), 'tail -n +1 /var/log/x.log');
  });

  it('refuses what no argument can carry', () => {
    assert.throws(() => commandLine(['a\0b']));
    assert.throws(() => commandLine([]));
  });
});
