import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { sshLine, type SshTarget } from '../../../../src/journey/reach/ssh-command';

const target: SshTarget = {
  host: '10.0.0.2',
  port: 22,
  user: 'opc',
  keyFile: undefined,
  jump: undefined,
};
const jump = { host: '203.0.113.7', port: 22, user: 'opc' };
const line = (changes: Partial<SshTarget>, platform: NodeJS.Platform = 'linux') =>
  sshLine({ ...target, ...changes }, platform);

describe('The SSH command', () => {
  const plain: readonly [what: string, changes: Partial<SshTarget>, expected: string][] = [
    ['with the agent’s key', {}, 'ssh opc@10.0.0.2'],
    ['with a port', { port: 2222 }, 'ssh -p 2222 opc@10.0.0.2'],
    ['with a key file', { keyFile: '/home/me/.ssh/id' }, 'ssh -i /home/me/.ssh/id opc@10.0.0.2'],
    ['through a jump host with the agent’s key', { jump }, 'ssh -J opc@203.0.113.7:22 opc@10.0.0.2'],
    [
      'through a jump host with an IPv6 address',
      { jump: { ...jump, host: '2001:db8::7' } },
      "ssh -J 'opc@[2001:db8::7]:22' opc@10.0.0.2",
    ],
  ];
  for (const [what, changes, expected] of plain) {
    it(`is written ${what}`, () => assert.equal(line(changes), expected));
  }

  it('gives the key to the jump host too, whatever is in its path', () => {
    const keyFile = "/home/o'hara/100% mine/id";
    const [first, ...outer] = wordsOf(line({ keyFile, jump: { ...jump, port: 2200 } }));
    assert.deepEqual([first, ...outer.slice(0, 3)], ['ssh', '-i', keyFile, '-o']);
    const proxy = /^ProxyCommand=(.*)$/.exec(outer[3] ?? '')?.[1] ?? '';
    // As ssh puts the address in, and a doubled % back.
    const filled = proxy.replace(
      /%([hp%])/g,
      (_all, token: string) => ({ h: '10.0.0.2', p: '22' })[token] ?? '%',
    );
    const inner = ['ssh', '-i', keyFile, '-W', '[10.0.0.2]:22', '-p', '2200', 'opc@203.0.113.7'];
    assert.deepEqual(wordsOf(filled), inner);
    assert.equal(outer[4], 'opc@10.0.0.2');
  });

  it('is quoted on Windows as cmd and PowerShell hand it on', () => {
    assert.equal(line({ keyFile: 'C:\\keys\\id' }, 'win32'), 'ssh -i C:\\keys\\id opc@10.0.0.2');
    assert.equal(
      line({ keyFile: 'C:\\Users\\Jo Doe\\id' }, 'win32'),
      'ssh -i "C:\\Users\\Jo Doe\\id" opc@10.0.0.2',
    );
    assert.equal(
      line({ keyFile: 'C:\\Jo Doe\\id', jump }, 'win32'),
      'ssh -i "C:\\Jo Doe\\id" -o "ProxyCommand=ssh -i \\"C:\\Jo Doe\\id\\" -W [%h]:%p opc@203.0.113.7" opc@10.0.0.2',
    );
  });
});

/** As a POSIX shell splits it. */
function wordsOf(command: string): string[] {
  const out = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}
