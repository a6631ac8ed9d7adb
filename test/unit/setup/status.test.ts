import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSetup } from '../../../src/setup';
import type { SshConnection } from '../../../src/ssh/types';

const facts =
  'family=debian\narch=x86_64\nuser=opc\nsystemd=252\nsudo=passwordless\nfreeMiB=900\nport8888=own\nsetup=interrupted\n';

describe('The password of JupyterLab', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-'));
    await mkdir(join(folder, 'jupyter'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs what asks for it in a shell of this machine. */
  const hasPassword = async (): Promise<boolean> => {
    const connection = {
      exec: (command: string) => {
        if (command.startsWith('bash -s')) {
          return Promise.resolve({ code: 0, stdout: `${facts}folder=${folder}\n`, stderr: '' });
        }
        const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
        return Promise.resolve({ code: status, stdout, stderr });
      },
    } as unknown as SshConnection;
    return await createSetup({ connection, resourcesDir: 'resources' }).hasPassword();
  };
  const write = (text: string): Promise<void> => writeFile(join(folder, 'jupyter', 'password-hash'), text);

  it('is set where its hash is on the instance', async () => {
    assert.equal(await hasPassword(), false);
    await write('argon2:$argon2id$v=19$');
    assert.equal(await hasPassword(), true);
  });

  it('is not set any more where it was taken away, of which an earlier version leaves an empty line', async () => {
    for (const left of ['', '\n']) {
      await write(left);
      assert.equal(await hasPassword(), false);
    }
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
