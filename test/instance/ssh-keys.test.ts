import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listAgentKeys, proveAgentKey } from '../../src/ssh/agent-keys';
import { listCandidateKeys } from '../../src/ssh/candidate-keys';
import { createSshConnection } from '../../src/ssh/connection';
import { generateKey } from '../../src/ssh/generate-key';
import { parsePrivateKey } from '../../src/ssh/parse-key';
import { publicKeyMatches } from '../../src/ssh/public-key';
import type { SshIdentity } from '../../src/ssh/types';
import { until } from '../../src/waiting/until';
import { startSshDaemon, type SshDaemon } from './ssh-daemon';

const passphrase = 'correct horse';

describe('Keys made by OpenSSH and OpenSSL', function () {
  this.timeout(30_000);
  let folder: string;
  let daemon: SshDaemon;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-keys-'));
    daemon = await startSshDaemon();
  });
  after(async () => {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes a key file by a real tool and returns its path. */
  function make(name: string, tool: 'ssh-keygen' | 'openssl' | 'puttygen', args: readonly string[]): string {
    const path = join(folder, name);
    const place = tool === 'ssh-keygen' ? ['-q', '-C', name, '-f', path] : ['-out', path];
    execFileSync(tool, [...args, ...(tool === 'puttygen' ? [] : place)], { stdio: 'pipe' });
    return path;
  }

  async function logIn(identity: SshIdentity): Promise<string> {
    const connection = createSshConnection({
      address: { host: '127.0.0.1', port: daemon.port, user: 'root' },
      identity,
      checkHostKey: async () => true,
    });
    try {
      return (await connection.exec('echo in')).stdout;
    } finally {
      connection.dispose();
    }
  }

  /** The public half as the real ssh-keygen derives it. */
  function publicHalf(path: string, secret: string): string {
    const own = join(folder, `for-ssh-keygen`);
    copyFileSync(path, own);
    execFileSync('chmod', ['600', own]);
    return execFileSync('ssh-keygen', ['-y', '-P', secret, '-f', own], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  }

  const pass = ['-pass', `pass:${passphrase}`];
  const rsa = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
  const curve = (name: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`];
  const kinds: readonly {
    name: string;
    secret: string;
    tool: 'ssh-keygen' | 'openssl';
    args: readonly string[];
  }[] = [
    ...(['', passphrase] as const).flatMap((secret) => [
      ...[
        ['ed25519', '-t', 'ed25519'],
        ['rsa', '-t', 'rsa', '-b', '2048'],
        ['ecdsa-256', '-t', 'ecdsa', '-b', '256'],
        ['ecdsa-384', '-t', 'ecdsa', '-b', '384'],
        ['ecdsa-521', '-t', 'ecdsa', '-b', '521'],
      ].map(([name, ...args]) => ({
        name: `${name} in OpenSSH form`,
        secret,
        tool: 'ssh-keygen' as const,
        args: [...args, '-N', secret],
      })),
      {
        name: 'RSA in PKCS1',
        secret,
        tool: 'ssh-keygen' as const,
        args: ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', secret],
      },
      {
        name: 'ECDSA in SEC1',
        secret,
        tool: 'ssh-keygen' as const,
        args: ['-t', 'ecdsa', '-m', 'PEM', '-N', secret],
      },
      ...[rsa, curve('P-256'), curve('P-384'), curve('P-521')].map((args) => ({
        name: `${args[1]} ${args[3]} in PKCS8`,
        secret,
        tool: 'openssl' as const,
        args: ['genpkey', ...args, ...(secret === '' ? [] : ['-aes-256-cbc', ...pass])],
      })),
    ]),
  ];

  for (const { name, secret, tool, args } of kinds) {
    it(`log in: ${name}${secret === '' ? '' : ', encrypted'}`, async () => {
      const path = make(`${name} ${secret.length}`.replaceAll(/[ :]/g, '-'), tool, args);
      const text = readFileSync(path, 'utf8');
      if (secret !== '') {
        assert.equal(parsePrivateKey(text).kind, 'needsPassphrase');
        assert.equal(parsePrivateKey(text, 'wrong').kind, 'wrongPassphrase');
      }
      const key = parsePrivateKey(text, secret);
      assert.ok(key.kind === 'ok', JSON.stringify(key));
      assert.ok(publicKeyMatches(key, publicHalf(path, secret)));
      daemon.authorize(key.publicLine);
      assert.equal(await logIn({ kind: 'key', privateKeyPem: text, passphrase: secret }), 'in\n');
    });
  }

  it('log in: ed25519 in PKCS8, plain and encrypted', async () => {
    for (const secret of ['', passphrase]) {
      const more = secret === '' ? [] : ['-aes-256-cbc', ...pass];
      const text = readFileSync(
        make(`pkcs8-ed${secret.length}`, 'openssl', ['genpkey', '-algorithm', 'ED25519', ...more]),
        'utf8',
      );
      const key = parsePrivateKey(text.replaceAll('\n', '\r\n'), secret);
      assert.ok(key.kind === 'ok');
      daemon.authorize(key.publicLine);
      assert.equal(await logIn({ kind: 'key', privateKeyPem: text, passphrase: secret }), 'in\n');
    }
  });

  it('are turned down with the reason where SSH has no use for them', () => {
    const other = readFileSync(make('x25519', 'openssl', ['genpkey', '-algorithm', 'X25519']), 'utf8');
    assert.equal(parsePrivateKey(other).kind, 'unsupported');
    const curve = make('brainpool', 'openssl', [
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      'ec_paramgen_curve:secp256k1',
    ]);
    assert.equal(parsePrivateKey(readFileSync(curve, 'utf8')).kind, 'unsupported');
  });

  it('are told from what is no private key', () => {
    const path = make('pair', 'ssh-keygen', ['-t', 'ed25519', '-N', '']);
    const publicFile = parsePrivateKey(readFileSync(`${path}.pub`, 'utf8'));
    assert.ok(publicFile.kind === 'notAKey');
    assert.match(publicFile.message, /public half/);
    const damaged = readFileSync(path, 'utf8').replace(/\n.{20}/, '\nAAAA');
    for (const text of ['', 'hello', damaged]) assert.equal(parsePrivateKey(text).kind, 'notAKey');
  });

  it('of PuTTY are read in their old form, and otherwise named with what to do', function () {
    if (!existsSync('/usr/bin/puttygen')) this.skip();
    const pem = make('for-putty', 'ssh-keygen', ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '']);
    for (const [version, kind] of [
      ['2', 'ok'],
      ['3', 'unsupported'],
    ] as const) {
      const path = join(folder, `putty${version}.ppk`);
      make('unused', 'puttygen', [pem, '-O', 'private', '--ppk-param', `version=${version}`, '-o', path]);
      assert.equal(parsePrivateKey(readFileSync(path, 'utf8')).kind, kind);
    }
  });

  it('M5: that we make are read by OpenSSH and log in', async () => {
    const made = generateKey('me@here');
    const path = join(folder, 'made');
    writeFileSync(path, made.privateKeyPem, { mode: 0o600 });
    assert.equal(publicHalf(path, ''), made.publicLine);
    daemon.authorize(made.publicLine);
    assert.equal(await logIn({ kind: 'key', privateKeyPem: made.privateKeyPem }), 'in\n');
  });

  it('M5: are found in a folder by their content', async () => {
    const home = join(folder, 'dot-ssh');
    mkdirSync(home);
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'plain',
      '-f',
      join(home, 'id_ed25519'),
    ]);
    execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'rsa',
      '-b',
      '2048',
      '-N',
      passphrase,
      '-C',
      'locked',
      '-f',
      join(home, 'work.pem'),
    ]);
    writeFileSync(join(home, 'known_hosts'), 'host ssh-ed25519 AAAA\n');
    writeFileSync(join(home, 'config'), 'Host *\n');
    const found = await listCandidateKeys(home);
    assert.deepEqual(
      found.map((key) => [key.path, key.usable, key.publicHalf?.comment]),
      [
        [join(home, 'id_ed25519'), 'yes', 'plain'],
        [join(home, 'work.pem'), 'withPassphrase', 'locked'],
      ],
    );
    assert.deepEqual(await listCandidateKeys(join(folder, 'not-there')), []);
  });

  describe('in a real SSH agent', () => {
    let agent: ChildProcess;
    let socket: string;

    before(async () => {
      socket = join(folder, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      await until(async () => (existsSync(socket) ? true : undefined), {
        what: 'agent',
        limitMs: 3_000,
        everyMs: 10,
      });
      for (const type of ['ed25519', 'rsa', 'ecdsa']) {
        const path = make(`agent-${type}`, 'ssh-keygen', ['-t', type, '-N', '']);
        execFileSync('ssh-add', ['-q', path], {
          env: { ...process.env, SSH_AUTH_SOCK: socket },
          stdio: 'pipe',
        });
      }
    });
    after(async () => {
      agent.kill();
      if (agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit');
    });

    it('are listed, proved by a signature, and log in', async () => {
      const listed = await listAgentKeys(socket);
      assert.ok(listed.kind === 'ok');
      assert.deepEqual(
        listed.keys.map((key) => key.comment),
        ['agent-ed25519', 'agent-rsa', 'agent-ecdsa'],
      );
      for (const key of listed.keys) {
        assert.ok(await proveAgentKey(key.identity), key.type);
        daemon.authorize(key.identity.publicKey);
        assert.equal(await logIn(key.identity), 'in\n');
      }
    });

    it('are not proved once they were removed', async () => {
      const listed = await listAgentKeys(socket);
      assert.ok(listed.kind === 'ok' && listed.keys[0]);
      execFileSync('ssh-add', ['-q', '-D'], {
        env: { ...process.env, SSH_AUTH_SOCK: socket },
        stdio: 'pipe',
      });
      assert.equal(await proveAgentKey(listed.keys[0].identity), false);
    });

    it('are none when no agent answers', async () => {
      assert.equal((await listAgentKeys(join(folder, 'nobody'))).kind, 'notRunning');
    });
  });
});
