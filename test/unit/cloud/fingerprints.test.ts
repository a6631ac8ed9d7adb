import assert from 'node:assert/strict';
import { parseFingerprints } from '../../../src/cloud/fingerprints';

const ed25519 = 'SHA256:V+6VBHJN7GZ1pqvqRDYm1lVmWJ8NAeTxjPZpMbTRyFY';
const rsa = 'SHA256:H1h0r4Zf6xN0hO3tq1nF0cV9u8qk2m7bLwzQeR5sTdU';
const ecdsa = 'SHA256:aa0r4Zf6xN0hO3tq1nF0cV9u8qk2m7bLwzQeR5sTdUx';

const block = [
  '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
  `256 ${ecdsa} root@gpu (ECDSA)`,
  `256 ${ed25519} root@gpu (ED25519)`,
  `3072 ${rsa} root@gpu (RSA)`,
  '-----END SSH HOST KEY FINGERPRINTS-----',
];
const all = [
  { algorithm: 'ecdsa-sha2-nistp256', fingerprint: ecdsa },
  { algorithm: 'ssh-ed25519', fingerprint: ed25519 },
  { algorithm: 'ssh-rsa', fingerprint: rsa },
];

describe('host key fingerprints on the console', () => {
  it('are read as cloud-init prints them', () => {
    assert.deepEqual(parseFingerprints(block.join('\n')), { kind: 'complete', keys: all });
  });

  it('may have a prefix, carriage returns and colours', () => {
    const console = block.map((line) => `\u001b[32mec2: \u001b[0m${line}\r`).join('\n');
    assert.deepEqual(parseFingerprints(console), { kind: 'complete', keys: all });
  });

  it('may have kernel messages between them', () => {
    const console = block
      .flatMap((line) => ['[   31.512345] audit: type=1400 SHA256 something', line])
      .join('\r\n');
    assert.deepEqual(parseFingerprints(console), { kind: 'complete', keys: all });
  });

  it('leave out a line that a kernel message tore apart', () => {
    const torn = block.with(
      1,
      `256 ${ecdsa.slice(0, 20)}[   31.5] usb 1-1: new device${ecdsa.slice(20)} root@gpu (ECDSA)`,
    );
    assert.deepEqual(parseFingerprints(torn.join('\n')), { kind: 'complete', keys: all.slice(1) });
  });

  it('are incomplete until their END line has come', () => {
    assert.deepEqual(parseFingerprints(block.slice(0, 3).join('\n')), {
      kind: 'incomplete',
      keys: all.slice(0, 2),
    });
    assert.deepEqual(parseFingerprints('Booting…'), { kind: 'incomplete', keys: [] });
  });

  it('are those of the last boot', () => {
    const older = block.map((line) => line.replace(ed25519, rsa));
    const { keys } = parseFingerprints([...older, 'reboot', ...block].join('\n'));
    assert.deepEqual(keys, all);
    assert.equal(parseFingerprints([...block, 'reboot', ...block.slice(0, 2)].join('\n')).kind, 'incomplete');
  });

  it('are worked out from the keys that cloud-init prints after them', () => {
    // The fingerprint is what `ssh-keygen -lf` says of this key.
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFFYNZxFlNGq5rb4Pxk3ZM3VbVIDmfQCY1KNV5pOOnqK';
    const console = [
      block[0],
      '(torn)',
      block[4],
      '-----BEGIN SSH HOST KEY KEYS-----',
      `${key} root@gpu`,
      '-----END SSH HOST KEY KEYS-----',
    ];
    const { kind, keys } = parseFingerprints(console.join('\n'));
    assert.equal(kind, 'complete');
    assert.deepEqual(keys, [
      { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:pS8K07WBtc+MY7kqUPJwnLPzU3eRrPPzJKYfyw0Jh1w' },
    ]);
  });
});
