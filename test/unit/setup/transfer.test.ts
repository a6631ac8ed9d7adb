import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createFrameReader } from '../../../src/setup/frames';
import { packageList } from '../../../src/setup/packages';
import { tar } from '../../../src/setup/tar';

describe('frames of a followed set-up', () => {
  it('come whole however the bytes were cut', () => {
    const bytes = Buffer.from('running\nlog 5\nstate' + 'state 3\n{}\n' + 'stopped\n');
    const read = createFrameReader();
    const frames = [...bytes].flatMap((byte) => read(Buffer.from([byte])));
    assert.deepEqual(
      frames.map((frame) => ('bytes' in frame ? `${frame.kind}:${frame.bytes.toString()}` : frame.kind)),
      ['running', 'log:state', 'state:{}\n', 'stopped'],
    );
  });

  it('refuse what follow.sh does not print', () => {
    assert.throws(() => createFrameReader()(Buffer.from('bash: no such file\n')), /no such file/);
  });
});

describe('the archive that carries the scripts', () => {
  it('is one that tar reads', function () {
    if (process.platform === 'win32') this.skip();
    const archive = tar([{ path: 'lib/a.sh', content: Buffer.from('x'.repeat(513)), mode: 0o755 }]);
    const listed = execFileSync('tar', ['-tvf', '-'], { input: archive, encoding: 'utf8' });
    assert.match(listed, /^-rwxr-xr-x .* 513 .* lib\/a\.sh\n$/);
  });
});

describe('the list of packages', () => {
  it('has the machine-learning ones on top and the rest by name', () => {
    const json = JSON.stringify(
      ['wheel', 'absl-py', 'numpy', 'tensorflow'].map((name) => ({ name, version: '1' })),
    );
    assert.deepEqual(
      packageList(json).map(({ name }) => name),
      ['tensorflow', 'numpy', 'absl-py', 'wheel'],
    );
  });
});
