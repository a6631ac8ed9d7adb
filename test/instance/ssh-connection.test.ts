import assert from 'node:assert/strict';
import { createSshConnection, type SshConnectionOptions } from '../../src/ssh/connection';
import { generateKey } from '../../src/ssh/generate-key';
import type { SshConnection, SshFailure } from '../../src/ssh/types';
import { SshError } from '../../src/ssh/errors';
import { TimeLimitReached } from '../../src/waiting/until';
import { createUser, startFlakyRelay, startSshDaemon, type FlakyRelay, type SshDaemon } from './ssh-daemon';

describe('An SSH connection to a real OpenSSH server', function () {
  this.timeout(20_000);
  const key = generateKey('test');
  const open: SshConnection[] = [];
  let daemon: SshDaemon;
  let relay: FlakyRelay;

  before(async () => {
    daemon = await startSshDaemon();
    daemon.authorize(key.publicLine);
    relay = await startFlakyRelay(daemon.port);
  });
  after(async () => {
    relay.stop();
    await daemon.stop();
  });
  afterEach(() => {
    for (const connection of open.splice(0)) connection.dispose();
  });

  function connectTo(options: Partial<SshConnectionOptions> = {}, port = daemon.port): SshConnection {
    const connection = createSshConnection({
      address: { host: '127.0.0.1', port, user: 'root' },
      identity: { kind: 'key', privateKeyPem: key.privateKeyPem },
      checkHostKey: async (shown) => shown.fingerprint === daemon.hostKey('ed25519'),
      backoff: { firstMs: 20, factor: 2, maxMs: 200 },
      ...options,
    });
    open.push(connection);
    return connection;
  }

  it('runs a command and tells its output and exit status', async () => {
    const result = await connectTo().exec('echo out; echo err >&2; exit 3');
    assert.deepEqual(result, { code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('tells the signal that ended a command', async () => {
    const result = await connectTo().exec('kill -KILL $$');
    assert.deepEqual([result.code, result.signal], [null, 'SIGKILL']);
  });

  it('hands over a secret by stdin, so that it is in no command line', async () => {
    const result = await connectTo().exec('cat', { stdin: 'hush\n' });
    assert.equal(result.stdout, 'hush\n');
  });

  it('keeps the first bytes of a long output and no half characters', async () => {
    const seen: number[] = [];
    const result = await connectTo().exec("printf 'é%.0s' $(seq 1 1000)", {
      maxOutputBytes: 101,
      onOutput: (chunk) => seen.push(chunk.length),
    });
    assert.equal(result.stdout, 'é'.repeat(50));
    assert.equal(
      seen.reduce((sum, length) => sum + length, 0),
      1000,
    );
  });

  it('ends a command on the instance when it is cancelled', async () => {
    // sshd passes no signals on to root's commands (it needs privilege separation for that), so as somebody else.
    const user = createUser();
    after(() => user.remove());
    const connection = connectTo({ address: { host: '127.0.0.1', port: daemon.port, user: user.name } });
    const cancel = new AbortController();
    const mark = `/tmp/${user.name}.pid`;
    const command = connection.exec(`echo $$ > ${mark}; exec sleep 1000`, { signal: cancel.signal });
    await connection.exec(`until [ -s ${mark} ]; do sleep 0.02; done`);
    cancel.abort(new Error('enough'));
    await assert.rejects(command, /enough/);
    const gone = await connection.exec(
      `for i in $(seq 100); do kill -0 $(cat ${mark}) || { rm ${mark}; exit 0; }; sleep 0.02; done 2>/dev/null; exit 1`,
    );
    assert.equal(gone.code, 0);
  });

  it('gives up a command that takes longer than its limit', async () => {
    await assert.rejects(connectTo().exec('sleep 1000', { limitMs: 100 }), TimeLimitReached);
  });

  it('runs more commands at once than the server allows sessions', async () => {
    const connection = connectTo();
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, n) => connection.exec(`sleep 0.05; echo ${n}`)),
    );
    assert.deepEqual(
      results.map((result) => Number(result.stdout)),
      Array.from({ length: 30 }, (_, n) => n),
    );
  });

  it('follows a command as a stream', async () => {
    const output = await connectTo().stream('for i in 1 2 3; do echo $i; done; exit 4');
    const chunks: Buffer[] = [];
    for await (const chunk of output) chunks.push(chunk as Buffer);
    assert.equal(Buffer.concat(chunks).toString(), '1\n2\n3\n');
    assert.equal((await output.done).code, 4);
  });

  it('writes files with their mode, replaces them, and reads them back', async () => {
    const connection = connectTo();
    const path = `${daemon.folder}/secret`;
    await connection.writeFile(path, 'one', 0o600);
    await connection.writeFile(path, Buffer.alloc(300_000, 'x'), 0o640);
    assert.deepEqual(await connection.readFile(path), Buffer.alloc(300_000, 'x'));
    assert.equal(
      (await connection.exec(`stat -c %a ${path}; ls ${daemon.folder} | grep -c tmp`)).stdout,
      '640\n0\n',
    );
  });

  it('opens a shell that knows its size and tells its end', async () => {
    const shell = await connectTo().shell({ columns: 91, rows: 33 });
    const ended = new Promise<number | null>((resolve) => shell.onExit(resolve));
    let text = '';
    shell.output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    shell.input.write('stty size; exit 5\n');
    assert.equal(await ended, 5);
    assert.match(text, /33 91/);
  });

  it('M8: refuses a server whose host key is another one, and says which was expected', async () => {
    const expected = [{ algorithm: 'ssh-ed25519', fingerprint: 'SHA256:old' }];
    const failure = await failureOf(
      connectTo({ checkHostKey: async () => ({ changedFrom: expected }) }).connect(),
    );
    assert.ok(failure.kind === 'hostKeyChanged');
    assert.deepEqual(failure.expected, expected);
  });

  it('asks the server for the kind of host key that is known', async () => {
    for (const type of ['rsa', 'ecdsa', 'ed25519'] as const) {
      const shown: string[] = [];
      const name = { rsa: 'ssh-rsa', ecdsa: 'ecdsa-sha2-nistp256', ed25519: 'ssh-ed25519' }[type];
      await connectTo({
        knownHostKeyTypes: async () => [name],
        checkHostKey: async (hostKey) => {
          shown.push(hostKey.fingerprint);
          return true;
        },
      }).connect();
      assert.deepEqual(shown, [daemon.hostKey(type)]);
    }
  });

  it('says that the key was not let in', async () => {
    const identity = { kind: 'key', privateKeyPem: generateKey('other').privateKeyPem } as const;
    assert.equal((await failureOf(connectTo({ identity }).connect())).kind, 'authentication');
  });

  it('says that nothing listens', async () => {
    assert.equal((await failureOf(connectTo({}, 1).connect({ limitMs: 300 }))).kind, 'refused');
  });

  it('fails a command whose link drops, and runs the next one on a new link', async () => {
    const connection = connectTo({}, relay.port);
    const counter = `${daemon.folder}/counter`;
    const command = connection.exec(`echo once >> ${counter}; sleep 1000`);
    await connection.exec(`until [ -s ${counter} ]; do sleep 0.02; done`);
    relay.reset();
    assert.equal((await failureOf(command)).kind, 'lost');
    assert.equal((await connection.exec(`cat ${counter}`)).stdout, 'once\n');
  });

  it('comes back by itself after a drop while somebody holds it', async () => {
    const connection = connectTo();
    connection.hold();
    await connection.connect();
    const back = stateReached(connection, 'connected');
    daemon.dropConnections();
    await back;
  });

  it('notices a link that went silent, and makes a new one', async () => {
    const connection = connectTo({ keepAliveMs: 100, keepAliveTries: 2 }, relay.port);
    connection.hold();
    await connection.connect();
    const back = stateReached(connection, 'connected');
    relay.freeze();
    relay.thaw();
    await back;
  });

  it('notices a silent link at once when nudged', async () => {
    const connection = connectTo({}, relay.port);
    connection.hold();
    await connection.connect();
    const back = stateReached(connection, 'connected');
    relay.freeze();
    relay.thaw();
    connection.nudge();
    await back;
  });

  it('goes through a jump host', async () => {
    const inner = await startSshDaemon();
    try {
      inner.authorize(key.publicLine);
      const asked: number[] = [];
      const identity = { kind: 'key', privateKeyPem: key.privateKeyPem } as const;
      const connection = connectTo({
        address: {
          host: '127.0.0.1',
          port: inner.port,
          user: 'root',
          jump: { host: '127.0.0.1', port: daemon.port, user: 'root', identity },
        },
        checkHostKey: async (_shown, where) => {
          asked.push(where.port);
          return true;
        },
      });
      assert.equal((await connection.exec('echo $SSH_CONNECTION | cut -d" " -f4')).stdout, `${inner.port}\n`);
      assert.deepEqual(asked, [daemon.port, inner.port]);
    } finally {
      for (const connection of open.splice(0)) connection.dispose();
      await inner.stop();
    }
  });
});

async function failureOf(work: Promise<unknown>): Promise<SshFailure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof SshError) return error.failure;
    throw error;
  }
  throw new Error('It should have failed.');
}

async function stateReached(connection: SshConnection, kind: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const listening = connection.onState((state) => {
      if (state.kind !== kind) return;
      listening.dispose();
      resolve();
    });
  });
}
