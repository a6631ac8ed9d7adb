import assert from 'node:assert/strict';
import { createSetup } from '../../../src/setup';
import type { SshConnection } from '../../../src/ssh/types';

const facts =
  'family=debian\narch=x86_64\nuser=opc\nsystemd=252\nsudo=passwordless\nfreeMiB=900\nport8888=own\nsetup=interrupted\n';

describe('The password of JupyterLab', () => {
  it('is set where its hash is on the instance', async () => {
    const hashes = new Set(['/home/opc/lab/jupyter/password-hash']);
    const connectionTo = (folder: string) =>
      ({
        exec: (command: string) =>
          Promise.resolve({
            code: command.startsWith('bash -s') || hashes.has(command.replace('test -s ', '')) ? 0 : 1,
            stdout: `${facts}folder=${folder}\n`,
            stderr: '',
          }),
      }) as unknown as SshConnection;
    const hasPassword = (folder: string) =>
      createSetup({ connection: connectionTo(folder), resourcesDir: 'resources' }).hasPassword();
    assert.equal(await hasPassword('/home/opc/lab'), true);
    assert.equal(await hasPassword('/opt/oci-gpu-lab'), false);
  });
});

describe('Where set-up stands', () => {
  it('is interrupted when the machine’s end has torn the last line that it wrote', async () => {
    const connection = {
      exec: (command: string) =>
        Promise.resolve({
          code: 0,
          stdout: command.startsWith('bash -s') ? facts : '{"event":"step","ind',
          stderr: '',
        }),
    } as unknown as SshConnection;
    const status = await createSetup({ connection, resourcesDir: 'resources' }).status();
    assert.ok(status.kind === 'ended' && status.outcome.kind === 'failed');
    assert.equal(status.outcome.reason, 'interrupted');
  });
});
