import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { createSetup, type Setup } from '../../src/setup/setup';
import type { SetupEvent } from '../../src/setup/follow';
import type { SetupOutcome } from '../../src/setup/outcome';
import type { SetupPlan } from '../../src/setup/plan';
import type { StepEvent } from '../../src/setup/state-events';
import { createSshConnection } from '../../src/ssh/connection';
import type { SshConnection } from '../../src/ssh/types';
import { until } from '../../src/waiting/until';
import { logText } from './follow-run';
import type { Machine, MachineOs, Machines, MachineSpec } from '../sandbox/machines/machine';

/** A set-up from its start to its end. */
export interface SetupRun {
  readonly outcome: SetupOutcome;
  /** The log of this run and of those before it. */
  readonly log: string;
  readonly steps: readonly StepEvent[];
}

/** A booted machine with a login, and its set-up. */
export interface MachineToSetUp {
  readonly machine: Machine;
  readonly connection: SshConnection;
  readonly setup: Setup;
  /** The native way for its login user with the CPU build, which a machine without GPU gets. */
  readonly plan: SetupPlan;
  /**
   * Starts a set-up and follows it to its end.
   * @param onEvent for a test that does something to the machine meanwhile.
   * @param limitMs 8 minutes if not given.
   * @throws when it is refused, or not at its end within its limit.
   */
  run(options?: {
    plan?: SetupPlan;
    onEvent?: (event: SetupEvent) => Promise<void> | void;
    limitMs?: number;
  }): Promise<SetupRun>;
  /** Runs a line of shell as root and gives what it printed. */
  asRoot(script: string): Promise<string>;
  /** The HTTP status that Jupyter on the machine answers, with its token or without. */
  askJupyter(path: string, token: string): Promise<string>;
  /** The HTTP status that Jupyter answers to who has logged in with this password as a browser does. */
  logInToJupyter(password: string): Promise<string>;
}

const keys = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
const resourcesDir = join(import.meta.dirname, '../../resources');

/** Boots a machine of `machines` and waits for its login. The connection goes with the machine. */
export async function bootToSetUp(
  machines: Machines,
  os: MachineOs,
  spec: Partial<Pick<MachineSpec, 'gpu' | 'packageLockSeconds'>> = {},
): Promise<MachineToSetUp> {
  const user = os.startsWith('ubuntu') ? 'ubuntu' : 'opc';
  const machine = await machines.boot({
    instanceId: `ocid1.instance.oc1..${randomUUID()}`,
    hostname: 'lab',
    os,
    metadata: { ssh_authorized_keys: keys.public },
    gpu: { count: 0, name: '', memoryMiB: 0 },
    bootVolumeGb: 200,
    packageLockSeconds: 0,
    ...spec,
  });
  const connection = createSshConnection({
    address: { host: machine.address, port: 22, user },
    identity: { kind: 'key', privateKeyPem: keys.private },
    checkHostKey: () => Promise.resolve(true),
  });
  const setup = createSetup({ connection, resourcesDir });
  const plan: SetupPlan = {
    way: 'native',
    user,
    gpus: { count: 0, name: '' },
    tensorflow: 'cpu',
    extraPackages: [],
  };
  const login = (): Promise<true | undefined> =>
    connection.connect({ limitMs: 10_000 }).then(
      () => true,
      () => undefined,
    );
  // sshd answers before cloud-init has let the key in.
  await until(login, { what: 'a login', limitMs: 120_000, everyMs: 500 });

  return {
    machine,
    connection,
    setup,
    plan,
    async run({ plan: wanted = plan, onEvent = () => undefined, limitMs = 8 * 60_000 } = {}) {
      const started = await setup.start(wanted);
      if (started.kind !== 'started') throw new Error(`set-up was not started: ${JSON.stringify(started)}`);
      const events: SetupEvent[] = [];
      for await (const event of setup.follow(0, AbortSignal.timeout(limitMs))) {
        events.push(event);
        await onEvent(event);
      }
      const last = events.at(-1);
      if (last?.kind !== 'ended') throw new Error('set-up was followed, but its end was not told');
      return {
        outcome: last.outcome,
        log: logText(events),
        steps: events.filter((event) => event.kind === 'step'),
      };
    },
    async asRoot(script) {
      const { code, stdout, stderr } = await machine.exec(['bash', '-c', script]);
      if (code !== 0) throw new Error(`${script}: status ${code}\n${stdout}${stderr}`);
      return stdout.trim();
    },
    async askJupyter(path, token) {
      const command = `curl -s -o /dev/null -w '%{http_code}' --config - http://127.0.0.1:8888${path}`;
      const stdin = token === '' ? '' : `header = "Authorization: token ${token}"\n`;
      return (await connection.exec(command, { stdin })).stdout;
    },
    async logInToJupyter(password) {
      const logIn = [
        'cd "$(mktemp -d)"; IFS= read -r password',
        'login=http://127.0.0.1:8888/login; curl -s -c jar -o /dev/null $login',
        'printf %s "$password" >p; curl -s -b jar -c jar --data-urlencode password@p --data-urlencode "_xsrf=$(awk \'/_xsrf/ { print $7 }\' jar)" -o /dev/null $login',
        'curl -s -b jar -o /dev/null -w "%{http_code}" http://127.0.0.1:8888/api/status; rm -f p jar',
      ].join('\n');
      return (await machine.exec(['bash', '-c', logIn], { stdin: `${password}\n` })).stdout;
    },
  };
}
